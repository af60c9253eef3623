"""The remote: a bucket or a folder that several machines reach, with snapshots, bundles, and which of them is current.

The workspace stays what everything works on; `push` and `pull` bring things to and from the remote.
"""
