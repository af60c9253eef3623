/* Reads lines that are Python dictionaries into Arrow columns.

   A line is read only where it is plain that `ast.literal_eval` says the same. Any other line is left to Python, so a
   doubt costs time and never gives a wrong value. What is read:

       line   = "{" pair ("," pair)* "}"
       pair   = text ":" value              the text is a known field, without escapes, no field twice
       value  = "None", or what the column of the field holds:
                text   a text, or a number, which becomes the text that `repr` writes for it
                texts  "[" [text ("," text)*] "]"
                truth  "True" | "False"
       text   = ["u" | "U"] quote character* quote

   with any number of spaces between two of these.

   How memory stays safe: a line is read through a Cursor, and no byte of it before `at < stop` was asked. Everything
   written goes to a Buffer, after `reserve` made room for it. The reader runs without the GIL and touches no Python
   object; all its memory is its own, and goes to the Arrow arrays that are made of it at the end. */

#define PY_SSIZE_T_CLEAN
#define Py_LIMITED_API 0x030B0000
#include <Python.h>

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* ---- The Arrow C data interface, as its specification declares it ---- */

#define ARROW_FLAG_NULLABLE 2

struct ArrowSchema {
    const char *format;
    const char *name;
    const char *metadata;
    int64_t flags;
    int64_t n_children;
    struct ArrowSchema **children;
    struct ArrowSchema *dictionary;
    void (*release)(struct ArrowSchema *);
    void *private_data;
};

struct ArrowArray {
    int64_t length;
    int64_t null_count;
    int64_t offset;
    int64_t n_buffers;
    int64_t n_children;
    const void **buffers;
    struct ArrowArray **children;
    struct ArrowArray *dictionary;
    void (*release)(struct ArrowArray *);
    void *private_data;
};

/* ---- Buffers ---- */

typedef struct {
    uint8_t *bytes;
    size_t size;
    size_t capacity;
} Buffer;

static bool grow(Buffer *buffer, size_t more)
{
    size_t capacity = buffer->capacity < 64 ? 64 : buffer->capacity;
    while (capacity - buffer->size < more) {
        if (capacity > PTRDIFF_MAX / 2) {
            return false;
        }
        capacity *= 2;
    }
    uint8_t *bytes = realloc(buffer->bytes, capacity);
    if (bytes == NULL) {
        return false;
    }
    buffer->bytes = bytes;
    buffer->capacity = capacity;
    return true;
}

/* Make room for so many more bytes; false where there is no memory. */
static inline bool reserve(Buffer *buffer, size_t more)
{
    return buffer->capacity - buffer->size >= more || grow(buffer, more);
}

static inline bool push_int64(Buffer *buffer, size_t value)
{
    int64_t number = (int64_t)value;
    if (!reserve(buffer, sizeof number)) {
        return false;
    }
    memcpy(buffer->bytes + buffer->size, &number, sizeof number);
    buffer->size += sizeof number;
    return true;
}

/* Add a bit to a bitmap that holds `count` of them. */
static inline bool push_bit(Buffer *buffer, size_t count, bool bit)
{
    if (count % 8 == 0) {
        if (!reserve(buffer, 1)) {
            return false;
        }
        buffer->bytes[buffer->size++] = 0;
    }
    buffer->bytes[count / 8] |= (uint8_t)(bit << count % 8);
    return true;
}

/* ---- Columns ---- */

typedef enum { TEXT, TEXTS, TRUTH } Kind;

typedef struct {
    const char *name;
    size_t name_size;
    Kind kind;
    size_t nulls;
    Buffer validity; /* a bit a row */
    Buffer offsets;  /* TEXT: of rows in `bytes`, TEXTS: of rows in the items */
    Buffer items;    /* TEXTS: offsets of items in `bytes` */
    Buffer bytes;    /* TEXT, TEXTS: UTF-8; TRUTH: a bit a row */

    size_t last_line; /* number of the last line that has the field */
    bool valid;       /* whether its value there is not None */
    bool truth;

    size_t kept_items; /* sizes without the line that is being read */
    size_t kept_bytes;
} Column;

typedef struct {
    Column *columns;
    size_t n_columns;
    size_t rows;
    Buffer starts; /* of the lines that were read */
    Buffer stops;
    size_t others;
    Buffer other_starts; /* of the lines that are left to Python */
    Buffer other_stops;
} Reader;

/* ---- Reading a line ---- */

typedef enum { READ, LEFT_TO_PYTHON, NO_MEMORY } Outcome;

typedef struct {
    const uint8_t *at;
    const uint8_t *stop;
} Cursor;

static inline bool next_is(const Cursor *cursor, uint8_t byte)
{
    return cursor->at < cursor->stop && *cursor->at == byte;
}

static inline bool take(Cursor *cursor, uint8_t byte)
{
    if (!next_is(cursor, byte)) {
        return false;
    }
    cursor->at++;
    return true;
}

static inline void skip_spaces(Cursor *cursor)
{
    while (next_is(cursor, ' ')) {
        cursor->at++;
    }
}

static bool take_word(Cursor *cursor, const char *word)
{
    size_t size = strlen(word);
    if ((size_t)(cursor->stop - cursor->at) < size || memcmp(cursor->at, word, size) != 0) {
        return false;
    }
    cursor->at += size;
    return true;
}

/* The quote that begins a text, after its prefix; 0 where there is none. */
static inline uint8_t take_quote(Cursor *cursor)
{
    if (!take(cursor, 'u')) {
        take(cursor, 'U');
    }
    if (take(cursor, '\'')) {
        return '\'';
    }
    return take(cursor, '"') ? '"' : 0;
}

/* Bytes of the character beyond ASCII that comes next; 0 where it is not well-formed UTF-8 (Unicode, table 3-7). */
static size_t utf8_size(const Cursor *cursor)
{
    size_t left = (size_t)(cursor->stop - cursor->at);
    const uint8_t *at = cursor->at;
    uint8_t first = at[0];
    size_t size = first < 0xC2 ? 0 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : first < 0xF5 ? 4 : 0;
    if (size == 0 || left < size) {
        return 0;
    }
    uint8_t low = first == 0xE0 ? 0xA0 : first == 0xF0 ? 0x90 : 0x80;
    uint8_t high = first == 0xED ? 0x9F : first == 0xF4 ? 0x8F : 0xBF;
    if (at[1] < low || at[1] > high) {
        return 0;
    }
    for (size_t i = 2; i < size; i++) {
        if (at[i] < 0x80 || at[i] > 0xBF) {
            return 0;
        }
    }
    return size;
}

/* Write a code point that is no surrogate as UTF-8; gives its size, at most 4. */
static size_t put_utf8(uint8_t *to, uint32_t code)
{
    if (code < 0x80) {
        to[0] = (uint8_t)code;
        return 1;
    }
    if (code < 0x800) {
        to[0] = (uint8_t)(0xC0 | code >> 6);
        to[1] = (uint8_t)(0x80 | (code & 0x3F));
        return 2;
    }
    if (code < 0x10000) {
        to[0] = (uint8_t)(0xE0 | code >> 12);
        to[1] = (uint8_t)(0x80 | (code >> 6 & 0x3F));
        to[2] = (uint8_t)(0x80 | (code & 0x3F));
        return 3;
    }
    to[0] = (uint8_t)(0xF0 | code >> 18);
    to[1] = (uint8_t)(0x80 | (code >> 12 & 0x3F));
    to[2] = (uint8_t)(0x80 | (code >> 6 & 0x3F));
    to[3] = (uint8_t)(0x80 | (code & 0x3F));
    return 4;
}

#define NO_CODE UINT32_MAX

static uint32_t take_hex(Cursor *cursor, int digits)
{
    uint32_t code = 0;
    for (int i = 0; i < digits; i++) {
        if (cursor->at == cursor->stop) {
            return NO_CODE;
        }
        uint8_t digit = *cursor->at++;
        if (digit >= '0' && digit <= '9') {
            digit -= '0';
        } else if (digit >= 'a' && digit <= 'f') {
            digit -= 'a' - 10;
        } else if (digit >= 'A' && digit <= 'F') {
            digit -= 'A' - 10;
        } else {
            return NO_CODE;
        }
        code = code << 4 | digit;
    }
    return code;
}

/* The code point that an escape means, which may be half of a surrogate pair; NO_CODE for those left to Python. */
static uint32_t take_escape(Cursor *cursor)
{
    static const char letters[] = {'\\', '\'', '"', 'a', 'b', 'f', 'n', 'r', 't', 'v'};
    static const char meanings[] = {'\\', '\'', '"', '\a', '\b', '\f', '\n', '\r', '\t', '\v'};
    if (!take(cursor, '\\') || cursor->at == cursor->stop) {
        return NO_CODE;
    }
    uint8_t kind = *cursor->at++;
    switch (kind) {
    case 'x':
        return take_hex(cursor, 2);
    case 'u':
        return take_hex(cursor, 4);
    case 'U':
        return take_hex(cursor, 8);
    default:
        for (size_t i = 0; i < sizeof letters; i++) {
            if (letters[i] == kind) {
                return (uint8_t)meanings[i];
            }
        }
        return NO_CODE;
    }
}

/* The character that an escape means, or two that are a surrogate pair; NO_CODE for those left to Python. */
static uint32_t take_escaped(Cursor *cursor)
{
    uint32_t code = take_escape(cursor);
    if (code >= 0xD800 && code < 0xDC00) {
        uint32_t low = take_escape(cursor);
        return low >= 0xDC00 && low < 0xE000 ? 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00) : NO_CODE;
    }
    return code > 0x10FFFF || (code >= 0xDC00 && code < 0xE000) ? NO_CODE : code;
}

static Outcome read_text(Cursor *cursor, Buffer *bytes)
{
    uint8_t quote = take_quote(cursor);
    if (quote == 0) {
        return LEFT_TO_PYTHON;
    }
    /* NOTE: no character takes more bytes in UTF-8 than as it is written, so the rest of the line is room enough. */
    if (!reserve(bytes, (size_t)(cursor->stop - cursor->at))) {
        return NO_MEMORY;
    }
    uint8_t *to = bytes->bytes + bytes->size;
    while (cursor->at < cursor->stop) {
        uint8_t byte = *cursor->at;
        if (byte == quote) {
            cursor->at++;
            bytes->size = (size_t)(to - bytes->bytes);
            return READ;
        }
        if (byte == '\\') {
            uint32_t code = take_escaped(cursor);
            if (code == NO_CODE) {
                return LEFT_TO_PYTHON;
            }
            to += put_utf8(to, code);
        } else if (byte >= 0x80) {
            size_t size = utf8_size(cursor);
            if (size == 0) {
                return LEFT_TO_PYTHON;
            }
            memcpy(to, cursor->at, size);
            to += size;
            cursor->at += size;
        } else if (byte >= 0x20) {
            *to++ = byte;
            cursor->at++;
        } else {
            return LEFT_TO_PYTHON;
        }
    }
    return LEFT_TO_PYTHON;
}

static size_t take_digits(Cursor *cursor)
{
    const uint8_t *start = cursor->at;
    while (cursor->at < cursor->stop && *cursor->at >= '0' && *cursor->at <= '9') {
        cursor->at++;
    }
    return (size_t)(cursor->at - start);
}

/* A number whose `repr` is what stands there. Of at most 15 digits, a float is the only one with them, so `repr`,
   which writes the fewest that tell floats apart, writes these; from 0.0001 on it does so without an exponent. */
static Outcome read_number(Cursor *cursor, Buffer *bytes)
{
    const uint8_t *start = cursor->at;
    size_t whole = take_digits(cursor);
    size_t fraction = 0;
    if (whole == 0 || (*start == '0' && whole > 1)) {
        return LEFT_TO_PYTHON;
    }
    if (take(cursor, '.')) {
        const uint8_t *point = cursor->at;
        fraction = take_digits(cursor);
        if (fraction == 0 || (fraction > 1 && point[fraction - 1] == '0')) {
            return LEFT_TO_PYTHON;
        }
        if (*start == '0' && fraction > 4 && memcmp(point, "0000", 4) == 0) {
            return LEFT_TO_PYTHON;
        }
    }
    if (whole + fraction > 15) {
        return LEFT_TO_PYTHON;
    }
    size_t size = (size_t)(cursor->at - start);
    if (!reserve(bytes, size)) {
        return NO_MEMORY;
    }
    memcpy(bytes->bytes + bytes->size, start, size);
    bytes->size += size;
    return READ;
}

static Outcome read_texts(Cursor *cursor, Column *column)
{
    if (!take(cursor, '[')) {
        return LEFT_TO_PYTHON;
    }
    skip_spaces(cursor);
    if (take(cursor, ']')) {
        return READ;
    }
    for (;;) {
        Outcome outcome = read_text(cursor, &column->bytes);
        if (outcome != READ) {
            return outcome;
        }
        if (!push_int64(&column->items, column->bytes.size)) {
            return NO_MEMORY;
        }
        skip_spaces(cursor);
        if (take(cursor, ']')) {
            return READ;
        }
        if (!take(cursor, ',')) {
            return LEFT_TO_PYTHON;
        }
        skip_spaces(cursor);
    }
}

static Outcome read_value(Cursor *cursor, Column *column)
{
    column->valid = !take_word(cursor, "None");
    if (!column->valid) {
        return READ;
    }
    switch (column->kind) {
    case TEXT:
        if (cursor->at < cursor->stop && *cursor->at >= '0' && *cursor->at <= '9') {
            return read_number(cursor, &column->bytes);
        }
        return read_text(cursor, &column->bytes);
    case TEXTS:
        return read_texts(cursor, column);
    case TRUTH:
        column->truth = take_word(cursor, "True");
        return column->truth || take_word(cursor, "False") ? READ : LEFT_TO_PYTHON;
    }
    return LEFT_TO_PYTHON;
}

/* The column of the field that comes next; NULL where it is not known or not plain. */
static Column *read_field(Reader *reader, Cursor *cursor)
{
    uint8_t quote = take_quote(cursor);
    if (quote == 0) {
        return NULL;
    }
    const uint8_t *start = cursor->at;
    while (!next_is(cursor, quote)) {
        if (cursor->at == cursor->stop || *cursor->at == '\\' || *cursor->at < 0x20) {
            return NULL;
        }
        cursor->at++;
    }
    size_t size = (size_t)(cursor->at - start);
    cursor->at++;
    for (size_t i = 0; i < reader->n_columns; i++) {
        Column *column = &reader->columns[i];
        if (column->name_size == size && memcmp(column->name, start, size) == 0) {
            return column;
        }
    }
    return NULL;
}

static Outcome read_line(Reader *reader, Cursor *cursor, size_t line)
{
    if (!take(cursor, '{')) {
        return LEFT_TO_PYTHON;
    }
    do {
        skip_spaces(cursor);
        Column *column = read_field(reader, cursor);
        if (column == NULL || column->last_line == line) {
            return LEFT_TO_PYTHON;
        }
        column->last_line = line;
        skip_spaces(cursor);
        if (!take(cursor, ':')) {
            return LEFT_TO_PYTHON;
        }
        skip_spaces(cursor);
        Outcome outcome = read_value(cursor, column);
        if (outcome != READ) {
            return outcome;
        }
        skip_spaces(cursor);
    } while (take(cursor, ','));
    return take(cursor, '}') && cursor->at == cursor->stop ? READ : LEFT_TO_PYTHON;
}

/* ---- Reading a block ---- */

static bool keep_row(Reader *reader, size_t line)
{
    for (size_t i = 0; i < reader->n_columns; i++) {
        Column *column = &reader->columns[i];
        bool valid = column->last_line == line && column->valid;
        bool done = push_bit(&column->validity, reader->rows, valid);
        switch (column->kind) {
        case TEXT:
            done = done && push_int64(&column->offsets, column->bytes.size);
            break;
        case TEXTS:
            done = done && push_int64(&column->offsets, column->items.size / sizeof(int64_t) - 1);
            break;
        case TRUTH:
            done = done && push_bit(&column->bytes, reader->rows, valid && column->truth);
            break;
        }
        if (!done) {
            return false;
        }
        column->nulls += !valid;
        column->kept_items = column->items.size;
        column->kept_bytes = column->bytes.size;
    }
    reader->rows++;
    return true;
}

static void drop_row(Reader *reader)
{
    for (size_t i = 0; i < reader->n_columns; i++) {
        Column *column = &reader->columns[i];
        column->items.size = column->kept_items;
        column->bytes.size = column->kept_bytes;
    }
}

/* Read the lines of a block; false where there is no memory. */
static bool read_lines(Reader *reader, const uint8_t *block, size_t size, size_t max_line_bytes)
{
    size_t start = 0;
    for (size_t line = 1; start < size; line++) {
        const uint8_t *end = memchr(block + start, '\n', size - start);
        size_t stop = end == NULL ? size : (size_t)(end - block);
        Cursor cursor = {block + start, block + stop};
        Outcome outcome = stop - start > max_line_bytes ? LEFT_TO_PYTHON : read_line(reader, &cursor, line);
        bool done = outcome != NO_MEMORY;
        if (outcome == READ) {
            done = push_int64(&reader->starts, start) && push_int64(&reader->stops, stop) && keep_row(reader, line);
        } else if (outcome == LEFT_TO_PYTHON) {
            drop_row(reader);
            done = push_int64(&reader->other_starts, start) && push_int64(&reader->other_stops, stop);
            reader->others++;
        }
        if (!done) {
            return false;
        }
        start = stop + 1;
    }
    return true;
}

/* ---- Arrow arrays of what was read ---- */

static void release_array(struct ArrowArray *array)
{
    for (int64_t i = 0; i < array->n_buffers; i++) {
        free((void *)array->buffers[i]);
    }
    for (int64_t i = 0; i < array->n_children; i++) {
        if (array->children[i]->release != NULL) {
            array->children[i]->release(array->children[i]);
        }
    }
    if (array->n_children > 0) {
        free(array->children[0]);
    }
    free(array->children);
    free((void *)array->buffers);
    array->release = NULL;
}

static void release_schema(struct ArrowSchema *schema)
{
    for (int64_t i = 0; i < schema->n_children; i++) {
        if (schema->children[i]->release != NULL) {
            schema->children[i]->release(schema->children[i]);
        }
    }
    if (schema->n_children > 0) {
        free(schema->children[0]);
    }
    free(schema->children);
    free((void *)schema->name);
    schema->release = NULL;
}

/* Make an array with room for its buffers and children, all of them empty; false where there is no memory. */
static bool make_array(struct ArrowArray *array, size_t length, size_t nulls, size_t n_buffers, size_t n_children)
{
    memset(array, 0, sizeof *array);
    array->length = (int64_t)length;
    array->null_count = (int64_t)nulls;
    array->release = release_array;
    array->buffers = calloc(n_buffers, sizeof *array->buffers);
    if (array->buffers == NULL) {
        return false;
    }
    array->n_buffers = (int64_t)n_buffers;
    if (n_children > 0) {
        array->children = calloc(n_children, sizeof *array->children);
        struct ArrowArray *children = calloc(n_children, sizeof *children);
        if (array->children == NULL || children == NULL) {
            free(children);
            return false;
        }
        for (size_t i = 0; i < n_children; i++) {
            array->children[i] = &children[i];
        }
        array->n_children = (int64_t)n_children;
    }
    return true;
}

static bool make_schema(struct ArrowSchema *schema, const char *format, const char *name, size_t n_children)
{
    memset(schema, 0, sizeof *schema);
    schema->format = format;
    schema->flags = ARROW_FLAG_NULLABLE;
    schema->release = release_schema;
    char *copy = malloc(strlen(name) + 1);
    if (copy == NULL) {
        return false;
    }
    schema->name = strcpy(copy, name);
    if (n_children > 0) {
        schema->children = calloc(n_children, sizeof *schema->children);
        struct ArrowSchema *children = calloc(n_children, sizeof *children);
        if (schema->children == NULL || children == NULL) {
            free(children);
            return false;
        }
        for (size_t i = 0; i < n_children; i++) {
            schema->children[i] = &children[i];
        }
        schema->n_children = (int64_t)n_children;
    }
    return true;
}

/* Give a buffer to an array. */
static bool give(struct ArrowArray *array, int index, Buffer *buffer)
{
    /* NOTE: of what it has, only a validity bitmap may be absent; an empty buffer has an address too. */
    if (!reserve(buffer, 1)) {
        return false;
    }
    array->buffers[index] = buffer->bytes;
    memset(buffer, 0, sizeof *buffer);
    return true;
}

static bool give_places(struct ArrowSchema *schema, struct ArrowArray *array, const char *name, Buffer *places)
{
    return make_schema(schema, "l", name, 0) && make_array(array, places->size / sizeof(int64_t), 0, 2, 0) &&
           give(array, 1, places);
}

static bool give_column(struct ArrowSchema *schema, struct ArrowArray *array, Column *column, size_t rows)
{
    switch (column->kind) {
    case TEXT:
        return make_schema(schema, "U", column->name, 0) && make_array(array, rows, column->nulls, 3, 0) &&
               give(array, 0, &column->validity) && give(array, 1, &column->offsets) &&
               give(array, 2, &column->bytes);
    case TEXTS: {
        size_t items = column->items.size / sizeof(int64_t) - 1;
        return make_schema(schema, "+L", column->name, 1) && make_array(array, rows, column->nulls, 2, 1) &&
               give(array, 0, &column->validity) && give(array, 1, &column->offsets) &&
               make_schema(schema->children[0], "U", "item", 0) && make_array(array->children[0], items, 0, 3, 0) &&
               give(array->children[0], 1, &column->items) && give(array->children[0], 2, &column->bytes);
    }
    case TRUTH:
        return make_schema(schema, "b", column->name, 0) && make_array(array, rows, column->nulls, 2, 0) &&
               give(array, 0, &column->validity) && give(array, 1, &column->bytes);
    }
    return false;
}

/* ---- Tables, the objects that hand arrays to others ---- */

typedef struct {
    PyObject_HEAD
    struct ArrowSchema schema;
    struct ArrowArray array;
} Table;

static void table_dealloc(PyObject *self)
{
    Table *table = (Table *)self;
    if (table->schema.release != NULL) {
        table->schema.release(&table->schema);
    }
    if (table->array.release != NULL) {
        table->array.release(&table->array);
    }
    PyTypeObject *type = Py_TYPE(self);
    freefunc free_object = (freefunc)PyType_GetSlot(type, Py_tp_free);
    free_object(self);
    Py_DECREF(type);
}

static void schema_capsule_dealloc(PyObject *capsule)
{
    struct ArrowSchema *schema = PyCapsule_GetPointer(capsule, "arrow_schema");
    if (schema->release != NULL) {
        schema->release(schema);
    }
    free(schema);
}

static void array_capsule_dealloc(PyObject *capsule)
{
    struct ArrowArray *array = PyCapsule_GetPointer(capsule, "arrow_array");
    if (array->release != NULL) {
        array->release(array);
    }
    free(array);
}

/* A capsule with a zeroed structure, to move another into. */
static PyObject *make_capsule(size_t size, const char *name, PyCapsule_Destructor dealloc)
{
    void *empty = calloc(1, size);
    if (empty == NULL) {
        return PyErr_NoMemory();
    }
    PyObject *capsule = PyCapsule_New(empty, name, dealloc);
    if (capsule == NULL) {
        free(empty);
    }
    return capsule;
}

static PyObject *table_arrow_c_array(PyObject *self, PyObject *args, PyObject *kwargs)
{
    static char *names[] = {"requested_schema", NULL};
    PyObject *requested_schema = NULL;
    /* NOTE: the interface lets a producer answer with its own types where others are requested. */
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "|O", names, &requested_schema)) {
        return NULL;
    }
    Table *table = (Table *)self;
    if (table->array.release == NULL) {
        PyErr_SetString(PyExc_ValueError, "the columns were handed over already; read the block again");
        return NULL;
    }
    PyObject *schema = make_capsule(sizeof table->schema, "arrow_schema", schema_capsule_dealloc);
    PyObject *array = make_capsule(sizeof table->array, "arrow_array", array_capsule_dealloc);
    PyObject *both = schema == NULL || array == NULL ? NULL : PyTuple_Pack(2, schema, array);
    if (both != NULL) {
        memcpy(PyCapsule_GetPointer(schema, "arrow_schema"), &table->schema, sizeof table->schema);
        memcpy(PyCapsule_GetPointer(array, "arrow_array"), &table->array, sizeof table->array);
        table->schema.release = NULL;
        table->array.release = NULL;
    }
    Py_XDECREF(schema);
    Py_XDECREF(array);
    return both;
}

static PyMethodDef table_methods[] = {
    {"__arrow_c_array__", (PyCFunction)(void (*)(void))table_arrow_c_array, METH_VARARGS | METH_KEYWORDS,
     "Hand the columns over, once, by the Arrow PyCapsule interface."},
    {NULL, NULL, 0, NULL},
};

static PyType_Slot table_slots[] = {
    {Py_tp_doc, "Columns of lines."},
    {Py_tp_dealloc, table_dealloc},
    {Py_tp_methods, table_methods},
    {0, NULL},
};

static PyType_Spec table_spec = {
    .name = "tasador.ingest.formats._literals.Table",
    .basicsize = sizeof(Table),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION | Py_TPFLAGS_IMMUTABLETYPE,
    .slots = table_slots,
};

typedef struct {
    PyObject *table_type;
} State;

static PyObject *make_table(PyObject *module, Buffer *starts, Buffer *stops, Reader *reader, size_t n_columns)
{
    PyTypeObject *type = (PyTypeObject *)((State *)PyModule_GetState(module))->table_type;
    allocfunc allocate = (allocfunc)PyType_GetSlot(type, Py_tp_alloc);
    Table *table = (Table *)allocate(type, 0);
    if (table == NULL) {
        return NULL;
    }
    struct ArrowSchema *schema = &table->schema;
    struct ArrowArray *array = &table->array;
    size_t rows = starts->size / sizeof(int64_t);
    bool done = make_schema(schema, "+s", "", 2 + n_columns) && make_array(array, rows, 0, 1, 2 + n_columns) &&
                give_places(schema->children[0], array->children[0], "start", starts) &&
                give_places(schema->children[1], array->children[1], "stop", stops);
    for (size_t i = 0; done && i < n_columns; i++) {
        done = give_column(schema->children[2 + i], array->children[2 + i], &reader->columns[i], rows);
    }
    if (!done) {
        Py_DECREF(table);
        return PyErr_NoMemory();
    }
    return (PyObject *)table;
}

/* ---- The module ---- */

static void free_reader(Reader *reader)
{
    for (size_t i = 0; i < reader->n_columns; i++) {
        Column *column = &reader->columns[i];
        free(column->validity.bytes);
        free(column->offsets.bytes);
        free(column->items.bytes);
        free(column->bytes.bytes);
    }
    free(reader->columns);
    free(reader->starts.bytes);
    free(reader->stops.bytes);
    free(reader->other_starts.bytes);
    free(reader->other_stops.bytes);
}

/* Make the columns of a reader. Their names belong to `fields`, a tuple. False with an exception set. */
static bool make_columns(Reader *reader, PyObject *fields)
{
    static const char *const kinds[] = {[TEXT] = "text", [TEXTS] = "texts", [TRUTH] = "truth"};
    size_t n_columns = (size_t)PyTuple_Size(fields);
    reader->columns = calloc(n_columns + 1, sizeof *reader->columns);
    if (reader->columns == NULL) {
        PyErr_NoMemory();
        return false;
    }
    reader->n_columns = n_columns;
    for (size_t i = 0; i < n_columns; i++) {
        Column *column = &reader->columns[i];
        PyObject *field = PyTuple_GetItem(fields, (Py_ssize_t)i);
        const char *kind;
        if (!PyTuple_Check(field)) {
            PyErr_SetString(PyExc_TypeError, "a field must be a tuple of its name and kind");
            return false;
        }
        if (!PyArg_ParseTuple(field, "ss", &column->name, &kind)) {
            return false;
        }
        column->name_size = strlen(column->name);
        column->kind = TEXT;
        while (strcmp(kind, kinds[column->kind]) != 0) {
            if (column->kind == TRUTH) {
                PyErr_Format(PyExc_ValueError, "field '%s' is of kind '%s'; expected text, texts or truth",
                             column->name, kind);
                return false;
            }
            column->kind++;
        }
        if ((column->kind != TRUTH && !push_int64(&column->offsets, 0)) ||
            (column->kind == TEXTS && !push_int64(&column->items, 0))) {
            PyErr_NoMemory();
            return false;
        }
        column->kept_items = column->items.size;
    }
    return true;
}

static PyObject *literals_read(PyObject *module, PyObject *args)
{
    PyObject *block;
    PyObject *fields;
    Py_ssize_t max_line_bytes;
    /* NOTE: only `bytes`, since nobody can change them while the GIL is released. */
    if (!PyArg_ParseTuple(args, "SOn:read", &block, &fields, &max_line_bytes)) {
        return NULL;
    }
    if (max_line_bytes < 0) {
        PyErr_Format(PyExc_ValueError, "max_line_bytes is %zd; expected 0 or more", max_line_bytes);
        return NULL;
    }
    char *bytes;
    Py_ssize_t size;
    if (PyBytes_AsStringAndSize(block, &bytes, &size) < 0) {
        return NULL;
    }
    fields = PySequence_Tuple(fields);
    if (fields == NULL) {
        return NULL;
    }
    Reader reader = {0};
    PyObject *rows = NULL;
    PyObject *others = NULL;
    PyObject *both = NULL;
    if (!make_columns(&reader, fields)) {
        goto end;
    }
    bool done;
    Py_BEGIN_ALLOW_THREADS
    done = read_lines(&reader, (const uint8_t *)bytes, (size_t)size, (size_t)max_line_bytes);
    Py_END_ALLOW_THREADS
    if (!done) {
        PyErr_NoMemory();
        goto end;
    }
    rows = make_table(module, &reader.starts, &reader.stops, &reader, reader.n_columns);
    if (rows == NULL) {
        goto end;
    }
    others = make_table(module, &reader.other_starts, &reader.other_stops, &reader, 0);
    if (others == NULL) {
        goto end;
    }
    both = PyTuple_Pack(2, rows, others);
end:
    Py_XDECREF(rows);
    Py_XDECREF(others);
    free_reader(&reader);
    Py_DECREF(fields);
    return both;
}

static PyMethodDef methods[] = {
    {"read", literals_read, METH_VARARGS, "Read a block of lines into columns."},
    {NULL, NULL, 0, NULL},
};

static int module_exec(PyObject *module)
{
    State *state = PyModule_GetState(module);
    state->table_type = PyType_FromModuleAndSpec(module, &table_spec, NULL);
    return state->table_type == NULL || PyModule_AddType(module, (PyTypeObject *)state->table_type) < 0 ? -1 : 0;
}

static int module_traverse(PyObject *module, visitproc visit, void *arg)
{
    State *state = PyModule_GetState(module);
    if (state != NULL) {
        Py_VISIT(state->table_type);
    }
    return 0;
}

static int module_clear(PyObject *module)
{
    State *state = PyModule_GetState(module);
    if (state != NULL) {
        Py_CLEAR(state->table_type);
    }
    return 0;
}

static void module_free(void *module)
{
    module_clear(module);
}

static PyModuleDef_Slot module_slots[] = {
    {Py_mod_exec, module_exec},
    {0, NULL},
};

static PyModuleDef definition = {
    PyModuleDef_HEAD_INIT,
    .m_name = "tasador.ingest.formats._literals",
    .m_doc = "Reads lines that are Python dictionaries into Arrow columns.",
    .m_size = sizeof(State),
    .m_methods = methods,
    .m_slots = module_slots,
    .m_traverse = module_traverse,
    .m_clear = module_clear,
    .m_free = module_free,
};

PyMODINIT_FUNC PyInit__literals(void)
{
    return PyModuleDef_Init(&definition);
}
