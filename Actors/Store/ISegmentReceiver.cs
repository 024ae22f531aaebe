namespace ActorEtcd.Store;

/// <summary>Takes in the bytes of another member's segment, in order.</summary>
public interface ISegmentReceiver
{
    /// <summary>Bytes taken in so far: where to go on.</summary>
    int Received { get; }

    /// <summary>Appends bytes. Throws <see cref="SegmentWriteException"/>.</summary>
    void Append(ReadOnlySpan<byte> bytes);

    /// <summary>
    /// Checks the whole, makes it durable and returns it under its own name. Throws
    /// <see cref="SegmentDamagedException"/> when the checksum or the length differs.
    /// </summary>
    SegmentInfo Complete();

    /// <summary>Throws the bytes away.</summary>
    void Abandon();
}
