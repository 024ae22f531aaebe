namespace Akka.Remote.Transport.Tcp;

/// <summary>The first byte of every frame, after its length.</summary>
internal enum FrameKind : byte
{
    /// <summary>Opens a connection: who calls, and whom.</summary>
    Hello = 1,

    /// <summary>Accepts it: who answers, and the last system message that has arrived from the caller.</summary>
    Welcome = 2,

    Refuse = 3,

    Message = 4,

    /// <summary>A message with a sequence number, kept by its sender until it is acknowledged.</summary>
    SystemMessage = 5,

    Ack = 6,

    Heartbeat = 7,

    HeartbeatReply = 8,

    /// <summary>The other end is about to close, and why.</summary>
    Disassociate = 9,
}
