namespace Akka.Remote.Transport.Tcp;

/// <summary>What is remembered of a system that calls, across its connections.</summary>
internal sealed class InboundPeer
{
    /// <summary>Held while one connection takes over from the one before.</summary>
    public SemaphoreSlim Turn { get; } = new(1, 1);

    public InboundConnection Current { get; set; }

    public int? Uid { get; set; }

    /// <summary>The number of the last system message taken from this incarnation.</summary>
    public long Delivered { get; set; }
}
