CREATE DATABASE tuning OWNER tasador;
