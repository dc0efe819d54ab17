/* Writes a file and makes a connection to 127.0.0.1 through io_uring alone, then waits.
   usage: ring FILE TEXT PORT */
#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/io_uring.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

static int ring;
static struct io_uring_params setup;
static char *submissions, *completions;
static struct io_uring_sqe *entries;

static int submit(struct io_uring_sqe entry) {
    unsigned *tail = (unsigned *)(submissions + setup.sq_off.tail), mask = *(unsigned *)(submissions + setup.sq_off.ring_mask);
    unsigned *order = (unsigned *)(submissions + setup.sq_off.array), at = *tail & mask;
    entries[at] = entry;
    order[at] = at;
    __atomic_store_n(tail, *tail + 1, __ATOMIC_RELEASE);
    if (syscall(SYS_io_uring_enter, ring, 1, 1, IORING_ENTER_GETEVENTS, 0, 0) < 0) return -1;
    unsigned *head = (unsigned *)(completions + setup.cq_off.head), done_mask = *(unsigned *)(completions + setup.cq_off.ring_mask);
    struct io_uring_cqe *done = (struct io_uring_cqe *)(completions + setup.cq_off.cqes);
    int result = done[*head & done_mask].res;
    __atomic_store_n(head, *head + 1, __ATOMIC_RELEASE);
    return result;
}

int main(int count, char **arguments) {
    if (count != 4 || (ring = syscall(SYS_io_uring_setup, 4, &setup)) < 0) return 1;
    size_t size = setup.sq_off.array + setup.sq_entries * sizeof(unsigned);
    size_t done_size = setup.cq_off.cqes + setup.cq_entries * sizeof(struct io_uring_cqe);
    int both = PROT_READ | PROT_WRITE;
    submissions = mmap(0, size, both, MAP_SHARED, ring, IORING_OFF_SQ_RING);
    completions = mmap(0, done_size, both, MAP_SHARED, ring, IORING_OFF_CQ_RING);
    entries = mmap(0, setup.sq_entries * sizeof *entries, both, MAP_SHARED, ring, IORING_OFF_SQES);
    if (submissions == MAP_FAILED || completions == MAP_FAILED || entries == MAP_FAILED) return 2;

    struct io_uring_sqe entry = {.opcode = IORING_OP_OPENAT, .fd = AT_FDCWD, .addr = (unsigned long)arguments[1],
                                 .len = 0644, .open_flags = O_CREAT | O_WRONLY};
    int file = submit(entry);
    entry = (struct io_uring_sqe){.opcode = IORING_OP_WRITE, .fd = file, .addr = (unsigned long)arguments[2],
                                  .len = strlen(arguments[2])};
    if (file < 0 || submit(entry) < 0) return 3;
    close(file);

    struct sockaddr_in peer = {.sin_family = AF_INET, .sin_port = htons(atoi(arguments[3])),
                               .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int connection = socket(AF_INET, SOCK_STREAM, 0);
    entry = (struct io_uring_sqe){.opcode = IORING_OP_CONNECT, .fd = connection, .addr = (unsigned long)&peer,
                                  .off = sizeof peer};
    if (submit(entry) < 0) return 4;
    for (;;) pause();
}
