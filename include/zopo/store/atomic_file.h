#pragma once
// Files that are whole or not there.

#include <filesystem>
#include <string_view>

namespace zopo::store {

// Writes bytes to file through a temporary file in the same directory, fsync, rename, fsync of the
// directory. Throws Failure{data} with the path and the system's reason; then the old file is
// untouched and no temporary file is left. A new file gets mode 0644 under the umask, an old one
// keeps its mode. A symbolic link is followed, not replaced.
void write_file_atomically(const std::filesystem::path& file, std::string_view bytes);

// Throws the Failure of write_file_atomically where file's place cannot be written now: before work
// that is to end in it. Writes nothing to file.
void require_writable(const std::filesystem::path& file);

// The same without waiting for the disk: for many small files that can be made again. Whoever reads
// the file sees it old or new; after a crash of the machine it may be empty. It gets mode 0644
// under the umask, and a symbolic link is replaced. May be called for one file by several
// processes.
void write_file_quickly(const std::filesystem::path& file, std::string_view bytes);

// Removes the temporary files in directory that processes left behind which were killed while they
// wrote: those named "..tmp-.." that nobody holds the lock of.
void sweep_temporaries(const std::filesystem::path& directory);

}  // namespace zopo::store
