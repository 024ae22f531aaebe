namespace ActorEtcd.Host.Server;

/// <summary>Why and how the server ends; the first reason counts.</summary>
#pragma warning disable CA1001 // A source without a timer holds nothing to be freed, and the server may end at any later moment.
public sealed class ServerExit
#pragma warning restore CA1001
{
    private readonly TaskCompletionSource<int> _code = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _ending = new();

    /// <summary>The exit code, once the server is to end.</summary>
    public Task<int> Code => _code.Task;

    /// <summary>Cancelled once the server is to end, for what is waited for before it has begun.</summary>
    public CancellationToken Token => _ending.Token;

    public bool TrySet(int code)
    {
        var isFirst = _code.TrySetResult(code);
        _ending.Cancel();
        return isFirst;
    }
}
