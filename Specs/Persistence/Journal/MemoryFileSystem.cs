using ActorEtcd.Persistence.DataDir;
using ActorEtcd.Persistence.Journal;

namespace ActorEtcd.Specs.Persistence.Journal;

/// <summary>Files in memory that record the order of what is done to them and fail or block on demand.</summary>
internal sealed class MemoryFileSystem : IWalFileSystem
{
    private readonly object _gate = new();
    private readonly HashSet<string> _locked = [];
    private Dictionary<string, MemoryFile> _durableNames = [];

    public Dictionary<string, MemoryFile> Files { get; } = [];

    /// <summary>Everything that happened, for example <c>write 296</c>, <c>flush</c>, <c>rename</c>.</summary>
    public List<string> Journal { get; } = [];

    /// <summary>Called before the named operation takes effect; may throw or block.</summary>
    public Action<string>? Before { get; set; }

    public void Note(string operation)
    {
        Before?.Invoke(operation);
        lock (_gate)
        {
            Journal.Add(operation);
        }
    }

    public string[] History()
    {
        lock (_gate)
        {
            return [.. Journal];
        }
    }

    public void CreateDirectory(string directory)
    {
    }

    public IReadOnlyList<string> List(string directory)
    {
        lock (_gate)
        {
            return [.. Files.Keys.Where(path => path.StartsWith(directory + "/", StringComparison.Ordinal))];
        }
    }

    public IWalFile Create(string path)
    {
        Note("create");
        lock (_gate)
        {
            return new Handle(this, Files[path] = new MemoryFile());
        }
    }

    public IWalFile Open(string path)
    {
        lock (_gate)
        {
            return Files.TryGetValue(path, out var file) ? new Handle(this, file) : throw new FileNotFoundException(path);
        }
    }

    public void Rename(string from, string to)
    {
        Note("rename");
        lock (_gate)
        {
            Files[to] = Files[from];
            Files.Remove(from);
        }
    }

    public void Delete(string path)
    {
        Note("delete");
        lock (_gate)
        {
            Files.Remove(path);
        }
    }

    public void FlushDirectory(string directory)
    {
        Note("flush directory");
        lock (_gate)
        {
            var others = _durableNames.Where(name => Path.GetDirectoryName(name.Key) != directory);
            _durableNames = new Dictionary<string, MemoryFile>(
                others.Concat(Files.Where(name => Path.GetDirectoryName(name.Key) == directory)));
        }
    }

    public IDisposable Lock(string directory)
    {
        lock (_gate)
        {
            return _locked.Add(directory)
                ? new Unlock(this, directory)
                : throw new DirectoryLockedException(directory, new IOException());
        }
    }

    /// <summary>A copy, as a disk found after the power failed.</summary>
    public MemoryFileSystem Copy()
    {
        var copy = new MemoryFileSystem();
        lock (_gate)
        {
            foreach (var (path, file) in Files)
            {
                copy.Files[path] = new MemoryFile { Bytes = (byte[])file.Bytes.Clone() };
            }
        }

        return copy;
    }

    /// <summary>
    /// A copy as the power failure leaves it: of what was not flushed, every sector, length and name may be the old or
    /// the new one.
    /// </summary>
    public MemoryFileSystem CrashedCopy(Random random)
    {
        var copy = new MemoryFileSystem();
        lock (_gate)
        {
            foreach (var (path, file) in random.Next(2) == 0 ? Files : _durableNames)
            {
                copy.Files[path] = file.Crashed(random);
                copy._durableNames[path] = copy.Files[path];
            }
        }

        return copy;
    }

    /// <summary>A copy, as a disk found after the power failed that had written nothing but what flushes made durable.</summary>
    public MemoryFileSystem DurableCopy()
    {
        var copy = new MemoryFileSystem();
        lock (_gate)
        {
            foreach (var (path, file) in _durableNames)
            {
                copy.Files[path] = new MemoryFile { Bytes = (byte[])file.Durable.Clone(), Durable = (byte[])file.Durable.Clone() };
                copy._durableNames[path] = copy.Files[path];
            }
        }

        return copy;
    }

    internal sealed class MemoryFile
    {
        private const int SectorBytes = 512;

        private HashSet<long> _clean = [];

        public byte[] Bytes { get; set; } = [];

        public byte[] Durable { get; set; } = [];

        public void Write(ReadOnlySpan<byte> source, long offset)
        {
            source.CopyTo(Bytes.AsSpan((int)offset));
            for (var at = offset; at < offset + source.Length; at++)
            {
                _clean.Remove(at);
            }
        }

        public void Flush()
        {
            var durable = (byte[])Bytes.Clone();
            foreach (var at in _clean.Where(at => at < durable.Length))
            {
                durable[at] = at < Durable.Length ? Durable[at] : (byte)0;
            }

            Durable = durable;
        }

        /// <summary>A flush failed: as on Linux, what it should have written counts as written from now on, and is not.</summary>
        public void FailFlush()
        {
            for (var at = 0; at < Bytes.Length; at++)
            {
                if (at >= Durable.Length || Bytes[at] != Durable[at])
                {
                    _clean.Add(at);
                }
            }
        }

        public MemoryFile Crashed(Random random)
        {
            var image = new byte[random.Next(2) == 0 ? Bytes.Length : Durable.Length];
            for (var at = 0; at < image.Length; at += SectorBytes)
            {
                var source = random.Next(2) == 0 ? Bytes : Durable;
                var count = Math.Clamp(source.Length - at, 0, Math.Min(SectorBytes, image.Length - at));
                source.AsSpan(Math.Min(at, source.Length), count).CopyTo(image.AsSpan(at));
            }

            return new MemoryFile { Bytes = image, Durable = (byte[])image.Clone() };
        }
    }

    private sealed class Unlock(MemoryFileSystem owner, string directory) : IDisposable
    {
        public void Dispose()
        {
            lock (owner._gate)
            {
                owner._locked.Remove(directory);
            }
        }
    }

    private sealed class Handle(MemoryFileSystem owner, MemoryFile file) : IWalFile
    {
        public long Length => file.Bytes.Length;

        public int Read(Span<byte> destination, long offset)
        {
            var count = (int)Math.Clamp(file.Bytes.Length - offset, 0, destination.Length);
            file.Bytes.AsSpan((int)Math.Min(offset, file.Bytes.Length), count).CopyTo(destination);
            return count;
        }

        public void Write(ReadOnlySpan<byte> source, long offset)
        {
            owner.Note($"write {source.Length}");
            Grow(offset + source.Length);
            file.Write(source, offset);
        }

        public void Reserve(long length)
        {
            owner.Note("reserve");
            Grow(length);
        }

        public void Truncate(long length)
        {
            owner.Note("truncate");
            file.Bytes = file.Bytes[..(int)length];
        }

        public void FlushData() => Flush("flush");

        public void FlushAll() => Flush("flush all");

        public void Dispose()
        {
        }

        private void Flush(string operation)
        {
            try
            {
                owner.Note(operation);
            }
            catch (IOException)
            {
                file.FailFlush();
                throw;
            }

            file.Flush();
        }

        private void Grow(long length)
        {
            if (length > file.Bytes.Length)
            {
                var larger = file.Bytes;
                Array.Resize(ref larger, (int)length);
                file.Bytes = larger;
            }
        }
    }
}
