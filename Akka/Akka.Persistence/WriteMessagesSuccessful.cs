namespace Akka.Persistence;

/// <summary>A batch is written; a success or a rejection for each of its events follows.</summary>
public sealed class WriteMessagesSuccessful : IJournalResponse
{
    private WriteMessagesSuccessful()
    {
    }

    public static WriteMessagesSuccessful Instance { get; } = new();
}
