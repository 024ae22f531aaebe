namespace ActorEtcd.Persistence.Journal;

/// <summary>One open file of the log. A seam: specs put a recording or failing file here.</summary>
public interface IWalFile : IDisposable
{
    long Length { get; }

    /// <summary>Reads until the span is full or the file ends; returns how many bytes it read.</summary>
    int Read(Span<byte> destination, long offset);

    void Write(ReadOnlySpan<byte> source, long offset);

    /// <summary>Reserves space up to the length; what was not written reads as zeros.</summary>
    void Reserve(long length);

    void Truncate(long length);

    /// <summary>Returns when the written data is on the device (<c>fdatasync</c>).</summary>
    void FlushData();

    /// <summary>Returns when the data and the file's length are on the device (<c>fsync</c>).</summary>
    void FlushAll();
}
