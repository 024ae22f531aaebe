namespace Akka.Remote.Transport.Tcp;

internal enum AssociationState
{
    /// <summary>No connection, and none has been asked for.</summary>
    Idle,

    /// <summary>A connection is being made; messages wait for it.</summary>
    Connecting,

    Connected,

    /// <summary>The last connection failed a short while ago; messages are dead letters, system messages wait.</summary>
    Gated,

    /// <summary>The incarnation at the other end is given up for good.</summary>
    Quarantined,

    /// <summary>This system is shutting down.</summary>
    Closed,
}
