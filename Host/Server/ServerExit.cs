namespace ActorEtcd.Host.Server;

/// <summary>Why and how the server ends; the first reason counts.</summary>
public sealed class ServerExit
{
    private readonly TaskCompletionSource<int> _code = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The exit code, once the server is to end.</summary>
    public Task<int> Code => _code.Task;

    public bool TrySet(int code) => _code.TrySetResult(code);
}
