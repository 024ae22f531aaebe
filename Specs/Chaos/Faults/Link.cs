namespace ActorEtcd.Specs.Chaos.Faults;

/// <summary>One direction between two members.</summary>
internal sealed class Link
{
    private volatile TaskCompletionSource _open = Opened();
    private volatile int _delayMilliseconds;

    /// <summary>Completes when bytes may pass.</summary>
    public Task Open => _open.Task;

    /// <summary>How long bytes are on their way; they stay in order.</summary>
    public TimeSpan Delay
    {
        get => TimeSpan.FromMilliseconds(_delayMilliseconds);
        set => _delayMilliseconds = (int)value.TotalMilliseconds;
    }

    /// <summary>Bytes are held back, and nobody is told.</summary>
    public void Block()
    {
        if (_open.Task.IsCompleted)
        {
            _open = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    public void Heal()
    {
        Delay = TimeSpan.Zero;
        _open.TrySetResult();
    }

    private static TaskCompletionSource Opened()
    {
        var source = new TaskCompletionSource();
        source.SetResult();
        return source;
    }
}
