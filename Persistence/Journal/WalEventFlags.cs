namespace ActorEtcd.Persistence.Journal;

/// <summary>Which optional fields of an event follow.</summary>
internal static class WalEventFlags
{
    public const byte AdapterManifest = 1;
    public const byte WriterGuid = 2;
    public const byte WriterText = 4;
    public const byte Timestamp = 8;
}
