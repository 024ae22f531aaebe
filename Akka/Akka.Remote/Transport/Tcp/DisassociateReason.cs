namespace Akka.Remote.Transport.Tcp;

internal enum DisassociateReason : byte
{
    Unknown = 0,
    Shutdown = 1,
    Quarantined = 2,
}
