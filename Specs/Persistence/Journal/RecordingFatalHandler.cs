using ActorEtcd.Persistence.Journal;

namespace ActorEtcd.Specs.Persistence.Journal;

/// <summary>Remembers fatal failures instead of ending the process.</summary>
internal sealed class RecordingFatalHandler : IFatalHandler
{
    private readonly TaskCompletionSource<string> _first = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _count;

    public int Count => Volatile.Read(ref _count);

    public Task<string> First => _first.Task;

    public void Fatal(string message, Exception cause)
    {
        Interlocked.Increment(ref _count);
        _first.TrySetResult($"{message}: {cause.Message}");
    }
}
