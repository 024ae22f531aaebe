namespace Akka.Remote.Transport;

/// <summary>Why an association ends.</summary>
public enum DisassociateInfo
{
    Unknown = 0,
    Shutdown = 1,
    Quarantined = 2,
}
