using ActorEtcd.Persistence.Journal;

namespace ActorEtcd.Specs.Sim;

/// <summary>An open file of a member's simulated disk.</summary>
internal sealed class SimFileHandle(SimFileSystem files, SimFile file) : IWalFile
{
    public long Length => file.Bytes.Length;

    public int Read(Span<byte> destination, long offset)
    {
        int count = (int)Math.Clamp(file.Bytes.Length - offset, 0, destination.Length);
        file.Bytes.AsSpan((int)Math.Min(offset, file.Bytes.Length), count).CopyTo(destination);
        return count;
    }

    public void Write(ReadOnlySpan<byte> source, long offset)
    {
        files.Reach(SimCrashPoint.BeforeWrite);
        file.Write(source, offset);
    }

    public void Reserve(long length)
    {
        files.Reach(SimCrashPoint.BeforeWrite);
        file.Resize(length);
    }

    public void Truncate(long length)
    {
        files.Reach(SimCrashPoint.BeforeTruncate);
        file.Resize(length);
    }

    public void FlushData() => files.Flush(file, mayLie: true);

    public void FlushAll() => files.Flush(file, mayLie: false);

    public void Dispose()
    {
    }
}
