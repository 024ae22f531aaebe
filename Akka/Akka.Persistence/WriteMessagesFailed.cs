namespace Akka.Persistence;

/// <summary>The write of a batch failed; a failure for each of its events follows.</summary>
public sealed class WriteMessagesFailed : IJournalResponse, IEquatable<WriteMessagesFailed>
{
    public WriteMessagesFailed(Exception cause, int writeCount)
    {
        Cause = cause;
        WriteCount = writeCount;
    }

    public Exception Cause { get; }

    public int WriteCount { get; }

    public bool Equals(WriteMessagesFailed? other) =>
        other is not null
        && Equals(Cause, other.Cause)
        && WriteCount == other.WriteCount;

    public override bool Equals(object? obj) => Equals(obj as WriteMessagesFailed);

    public override int GetHashCode() => HashCode.Combine(Cause, WriteCount);

    public override string ToString() => $"WriteMessagesFailed<cause: {Cause}, writeCount: {WriteCount}>";
}
