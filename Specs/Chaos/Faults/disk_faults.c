/*
 * A disk that can fail, for one process: loaded before libc by LD_PRELOAD. It keeps, for every write below a directory,
 * what was there before, until a flush makes the write durable; whoever kills the process can then take back what a
 * loss of power would have lost. By a small shared file it can also be told to be full, to flush slowly, to fail
 * flushes, or to say that it flushed without doing so.
 *
 *   DISK_FAULTS_ROOT     the directory whose files are watched
 *   DISK_FAULTS_UNDO     an empty directory on the same file system: "log", and a hard link per file by its inode
 *   DISK_FAULTS_CONTROL  a file of struct control
 *
 * Every record of the log is a struct record, two texts (a path; of a rename the other path) and the bytes that were
 * there. What has to be undone is what no later flush of its file (names: of its directory) covers.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

enum { WRITE = 1, LENGTH = 2, SYNC = 3, CREATE = 4, RENAME = 5, UNLINK = 6, DIRSYNC = 7 };
enum { FDS_MAX = 65536 };

struct control {
    volatile int32_t full;
    volatile int32_t flush_ms;
    volatile int32_t flush_fails;
    volatile int32_t flush_lies;
    volatile int32_t failed_flushes;
    volatile int32_t refused_writes;
};

struct record {
    uint32_t type;
    uint32_t path_length;
    uint64_t inode;
    uint64_t offset;   /* of a write; of a flush: how much of the log it covers */
    uint64_t length;   /* of the file before */
    uint32_t other_length;
    uint32_t data_length;
};

typedef void *(*dlsym_fn)(void *, const char *);

static dlsym_fn real_dlsym;
static int (*real_open)(const char *, int, ...);
static int (*real_close)(int);
static ssize_t (*real_write)(int, const void *, size_t);
static ssize_t (*real_pwrite)(int, const void *, size_t, off_t);
static ssize_t (*real_pwritev)(int, const struct iovec *, int, off_t);
static int (*real_ftruncate)(int, off_t);
static int (*real_fallocate)(int, int, off_t, off_t);
static int (*real_rename)(const char *, const char *);
static int (*real_unlink)(const char *);
static int (*real_link)(const char *, const char *);
static int (*real_fsync)(int);

static pthread_mutex_t gate = PTHREAD_MUTEX_INITIALIZER;
static struct control *control;
static char root[PATH_MAX];
static size_t root_length;
static char undo[PATH_MAX - 32];
static int log_fd = -1;
static uint64_t log_length;
static char *path_of[FDS_MAX];

static void resolve(void)
{
    if (real_dlsym)
        return;
    dlsym_fn found = (dlsym_fn)dlvsym(RTLD_NEXT, "dlsym", "GLIBC_2.34");
    if (!found)
        found = (dlsym_fn)dlvsym(RTLD_NEXT, "dlsym", "GLIBC_2.2.5");
    if (!found)
        found = (dlsym_fn)dlvsym(RTLD_NEXT, "dlsym", "GLIBC_2.17");
    if (!found)
        abort();
    real_open = found(RTLD_NEXT, "open");
    real_close = found(RTLD_NEXT, "close");
    real_write = found(RTLD_NEXT, "write");
    real_pwrite = found(RTLD_NEXT, "pwrite");
    real_pwritev = found(RTLD_NEXT, "pwritev");
    real_ftruncate = found(RTLD_NEXT, "ftruncate");
    real_fallocate = found(RTLD_NEXT, "fallocate");
    real_rename = found(RTLD_NEXT, "rename");
    real_unlink = found(RTLD_NEXT, "unlink");
    real_link = found(RTLD_NEXT, "link");
    real_fsync = found(RTLD_NEXT, "fsync");
    real_dlsym = found;
}

__attribute__((constructor)) static void begin(void)
{
    resolve();
    const char *r = getenv("DISK_FAULTS_ROOT"), *u = getenv("DISK_FAULTS_UNDO"), *c = getenv("DISK_FAULTS_CONTROL");
    if (!r || !u || !c)
        return;
    int fd = real_open(c, O_RDWR | O_CLOEXEC);
    void *shared = fd < 0 ? MAP_FAILED : mmap(NULL, sizeof *control, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (shared == MAP_FAILED) {
        fprintf(stderr, "disk_faults: cannot map %s\n", c);
        abort();
    }
    char name[PATH_MAX];
    snprintf(undo, sizeof undo, "%s", u);
    snprintf(name, sizeof name, "%s/log", undo);
    log_fd = real_open(name, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (log_fd < 0) {
        fprintf(stderr, "disk_faults: cannot write %s\n", name);
        abort();
    }
    log_length = (uint64_t)lseek(log_fd, 0, SEEK_END);
    control = shared;
    snprintf(root, sizeof root, "%s", r);
    root_length = strlen(root);
}

static int is_watched(const char *path)
{
    return control && path && strncmp(path, root, root_length) == 0
        && (path[root_length] == '/' || path[root_length] == '\0');
}

static const char *watched(int fd)
{
    return control && fd >= 0 && fd < FDS_MAX ? path_of[fd] : NULL;
}

/* Under the gate. */
static void put(uint32_t type, uint64_t inode, uint64_t offset, uint64_t length, const char *path, const char *other,
    const void *data, size_t data_length)
{
    struct record head = { type, (uint32_t)strlen(path), inode, offset, length, (uint32_t)strlen(other), (uint32_t)data_length };
    size_t size = sizeof head + head.path_length + head.other_length + data_length;
    char *all = malloc(size);
    memcpy(all, &head, sizeof head);
    memcpy(all + sizeof head, path, head.path_length);
    memcpy(all + sizeof head + head.path_length, other, head.other_length);
    if (data_length)
        memcpy(all + sizeof head + head.path_length + head.other_length, data, data_length);
    if (real_write(log_fd, all, size) != (ssize_t)size) {
        fprintf(stderr, "disk_faults: the log is full\n");
        abort();
    }
    free(all);
    log_length += size;
}

static void keep(const char *path, uint64_t inode)
{
    char name[PATH_MAX];
    snprintf(name, sizeof name, "%s/%llu", undo, (unsigned long long)inode);
    real_link(path, name);
}

static void pause_ms(int ms)
{
    struct timespec time = { ms / 1000, (ms % 1000) * 1000000L };
    while (ms > 0 && nanosleep(&time, &time) != 0 && errno == EINTR)
        ;
}

/* A flush that stalls ends when the disk is healed, not only when its time is over. */
static void pause_flush(void)
{
    int rest;
    for (int waited = 0; (rest = control->flush_ms - waited) > 0; waited += 10)
        pause_ms(rest < 10 ? rest : 10);
}

static int refuse(void)
{
    __sync_fetch_and_add(&control->refused_writes, 1);
    errno = ENOSPC;
    return -1;
}

/* Under the gate: what the file has in the range goes to the log. */
static int before_write(int fd, off_t offset, size_t length)
{
    struct stat st;
    if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode))
        return 0;
    if (control->full && (off_t)(offset + length) > st.st_size)
        return refuse();
    size_t there = offset >= st.st_size ? 0 : (size_t)(st.st_size - offset);
    if (there > length)
        there = length;
    char *old = there ? malloc(there) : NULL;
    if (there) {
        char name[PATH_MAX];
        snprintf(name, sizeof name, "%s/%llu", undo, (unsigned long long)st.st_ino);
        int reader = real_open(name, O_RDONLY | O_CLOEXEC);
        if (reader < 0 || pread(reader, old, there, offset) != (ssize_t)there) {
            fprintf(stderr, "disk_faults: cannot read %s back\n", name);
            abort();
        }
        real_close(reader);
    }
    put(WRITE, st.st_ino, offset, st.st_size, "", "", old, there);
    free(old);
    return 0;
}

static int set_length(int fd, off_t length)
{
    struct stat st;
    if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_size != length) {
        if (control->full && length > st.st_size)
            return refuse();
        if (length < st.st_size && before_write(fd, length, st.st_size - length) != 0)
            return -1;
        put(LENGTH, st.st_ino, length, st.st_size, "", "", NULL, 0);
    }
    return real_ftruncate(fd, length);
}

static int opened(const char *path, int flags, mode_t mode)
{
    resolve();
    if (!is_watched(path))
        return real_open(path, flags, mode);
    pthread_mutex_lock(&gate);
    struct stat st;
    int existed = stat(path, &st) == 0;
    int fd;
    if (control->full && !existed && (flags & O_CREAT))
        fd = refuse();
    else
        fd = real_open(path, flags & ~O_TRUNC, mode);
    if (fd >= 0 && fd < FDS_MAX && fstat(fd, &st) == 0) {
        int writes = (flags & O_ACCMODE) != O_RDONLY;
        if (S_ISDIR(st.st_mode) || S_ISREG(st.st_mode)) {
            free(path_of[fd]);
            path_of[fd] = strdup(path);
        }
        if (S_ISREG(st.st_mode) && writes)
            keep(path, st.st_ino);
        if (!existed && (flags & O_CREAT))
            put(CREATE, st.st_ino, 0, 0, path, "", NULL, 0);
        if (flags & O_TRUNC)
            set_length(fd, 0);
    }
    int error = errno;
    pthread_mutex_unlock(&gate);
    errno = error;
    return fd;
}

static mode_t mode_of(int flags, va_list list)
{
    return (flags & (O_CREAT | O_TMPFILE)) ? va_arg(list, mode_t) : 0;
}

#define OPENS(name)                                                                                                    \
    int name(const char *path, int flags, ...)                                                                         \
    {                                                                                                                  \
        va_list list;                                                                                                  \
        va_start(list, flags);                                                                                         \
        mode_t mode = mode_of(flags, list);                                                                            \
        va_end(list);                                                                                                  \
        return opened(path, flags, mode);                                                                              \
    }
OPENS(open)
OPENS(open64)

int close(int fd)
{
    resolve();
    if (fd >= 0 && fd < FDS_MAX && path_of[fd]) {
        pthread_mutex_lock(&gate);
        free(path_of[fd]);
        path_of[fd] = NULL;
        pthread_mutex_unlock(&gate);
    }
    return real_close(fd);
}

ssize_t write(int fd, const void *data, size_t length)
{
    resolve();
    if (!watched(fd))
        return real_write(fd, data, length);
    pthread_mutex_lock(&gate);
    int appends = fcntl(fd, F_GETFL) & O_APPEND;
    off_t offset = lseek(fd, 0, appends ? SEEK_END : SEEK_CUR);
    ssize_t done = before_write(fd, offset, length) == 0 ? real_write(fd, data, length) : -1;
    pthread_mutex_unlock(&gate);
    return done;
}

static ssize_t written(int fd, const void *data, size_t length, off_t offset)
{
    resolve();
    if (!watched(fd))
        return real_pwrite(fd, data, length, offset);
    pthread_mutex_lock(&gate);
    ssize_t done = before_write(fd, offset, length) == 0 ? real_pwrite(fd, data, length, offset) : -1;
    pthread_mutex_unlock(&gate);
    return done;
}

ssize_t pwrite(int fd, const void *data, size_t length, off_t offset) { return written(fd, data, length, offset); }
ssize_t pwrite64(int fd, const void *data, size_t length, off_t offset) { return written(fd, data, length, offset); }

static ssize_t gathered(int fd, const struct iovec *parts, int count, off_t offset)
{
    resolve();
    if (!watched(fd))
        return real_pwritev(fd, parts, count, offset);
    size_t length = 0;
    for (int i = 0; i < count; i++)
        length += parts[i].iov_len;
    pthread_mutex_lock(&gate);
    ssize_t done = before_write(fd, offset, length) == 0 ? real_pwritev(fd, parts, count, offset) : -1;
    pthread_mutex_unlock(&gate);
    return done;
}

ssize_t pwritev(int fd, const struct iovec *parts, int count, off_t offset) { return gathered(fd, parts, count, offset); }
ssize_t pwritev64(int fd, const struct iovec *parts, int count, off_t offset) { return gathered(fd, parts, count, offset); }

static int lengthened(int fd, off_t length)
{
    resolve();
    if (!watched(fd))
        return real_ftruncate(fd, length);
    pthread_mutex_lock(&gate);
    int done = set_length(fd, length);
    pthread_mutex_unlock(&gate);
    return done;
}

int ftruncate(int fd, off_t length) { return lengthened(fd, length); }
int ftruncate64(int fd, off_t length) { return lengthened(fd, length); }

static int reserved(int fd, int mode, off_t offset, off_t length)
{
    resolve();
    if (!watched(fd))
        return real_fallocate(fd, mode, offset, length);
    pthread_mutex_lock(&gate);
    struct stat st;
    int done = 0;
    if (mode == 0 && fstat(fd, &st) == 0 && offset + length > st.st_size) {
        if (control->full)
            done = refuse();
        else
            put(LENGTH, st.st_ino, offset + length, st.st_size, "", "", NULL, 0);
    }
    if (done == 0)
        done = real_fallocate(fd, mode, offset, length);
    pthread_mutex_unlock(&gate);
    return done;
}

int fallocate(int fd, int mode, off_t offset, off_t length) { return reserved(fd, mode, offset, length); }
int fallocate64(int fd, int mode, off_t offset, off_t length) { return reserved(fd, mode, offset, length); }
int posix_fallocate(int fd, off_t offset, off_t length) { return reserved(fd, 0, offset, length) == 0 ? 0 : errno; }
int posix_fallocate64(int fd, off_t offset, off_t length) { return reserved(fd, 0, offset, length) == 0 ? 0 : errno; }

int rename(const char *from, const char *to)
{
    resolve();
    if (!is_watched(to))
        return real_rename(from, to);
    pthread_mutex_lock(&gate);
    struct stat st;
    uint64_t replaced = 0;
    if (stat(to, &st) == 0) {
        replaced = st.st_ino;
        keep(to, replaced);
    }
    put(RENAME, replaced, 0, 0, from, to, NULL, 0);
    int done = real_rename(from, to);
    pthread_mutex_unlock(&gate);
    return done;
}

int link(const char *from, const char *to)
{
    resolve();
    if (!is_watched(to))
        return real_link(from, to);
    pthread_mutex_lock(&gate);
    int done = real_link(from, to);
    if (done == 0)
        put(CREATE, 0, 0, 0, to, "", NULL, 0);
    pthread_mutex_unlock(&gate);
    return done;
}

int unlink(const char *path)
{
    resolve();
    if (!is_watched(path))
        return real_unlink(path);
    pthread_mutex_lock(&gate);
    struct stat st;
    if (stat(path, &st) == 0) {
        keep(path, st.st_ino);
        put(UNLINK, st.st_ino, 0, 0, path, "", NULL, 0);
    }
    int done = real_unlink(path);
    pthread_mutex_unlock(&gate);
    return done;
}

/* The pause is outside the gate: a slow flush does not hold up writes. */
static int flushed(int fd)
{
    resolve();
    const char *path = watched(fd);
    if (!path)
        return real_fsync(fd);
    struct stat st;
    pthread_mutex_lock(&gate);
    uint64_t covered = log_length;
    pthread_mutex_unlock(&gate);
    pause_flush();
    if (control->flush_fails) {
        __sync_fetch_and_add(&control->failed_flushes, 1);
        errno = EIO;
        return -1;
    }
    if (control->flush_lies || fstat(fd, &st) != 0)
        return 0;
    pthread_mutex_lock(&gate);
    put(S_ISDIR(st.st_mode) ? DIRSYNC : SYNC, st.st_ino, covered, 0, path, "", NULL, 0);
    pthread_mutex_unlock(&gate);
    return 0;
}

int fsync(int fd) { return flushed(fd); }
int fdatasync(int fd) { return flushed(fd); }

/* The runtime asks for these by name from libc itself, past every library that was loaded before it. */
void *dlsym(void *handle, const char *name)
{
    static const struct { const char *name; void *function; } own[] = {
        { "fsync", (void *)fsync },
        { "fdatasync", (void *)fdatasync },
        { "fallocate", (void *)fallocate },
        { "open", (void *)open },
    };
    resolve();
    for (size_t i = 0; control && i < sizeof own / sizeof *own; i++)
        if (strcmp(name, own[i].name) == 0)
            return own[i].function;
    return real_dlsym(handle, name);
}
