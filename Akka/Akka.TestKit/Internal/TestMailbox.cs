namespace Akka.TestKit.Internal;

/// <summary>
/// The messages of one test actor that no expectation has taken yet. Any thread adds; one test thread takes or peeks.
/// </summary>
#pragma warning disable CA1001 // a semaphore whose wait handle is never used holds nothing to dispose
internal sealed class TestMailbox
#pragma warning restore CA1001
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromMilliseconds(int.MaxValue);

    private readonly Queue<MessageEnvelope> _messages = new();
    private readonly SemaphoreSlim _available = new(0);

    public int Count
    {
        get
        {
            lock (_messages)
            {
                return _messages.Count;
            }
        }
    }

    public void Add(MessageEnvelope envelope)
    {
        lock (_messages)
        {
            _messages.Enqueue(envelope);
        }

        _available.Release();
    }

    /// <summary>Null when <paramref name="max"/> passes first. A negative wait other than infinite takes nothing.</summary>
    public MessageEnvelope? Take(TimeSpan max, CancellationToken cancellationToken) =>
        CanWait(max) && _available.Wait(Clamp(max), cancellationToken) ? Dequeue() : null;

    public async ValueTask<MessageEnvelope?> TakeAsync(TimeSpan max, CancellationToken cancellationToken) =>
        CanWait(max) && await _available.WaitAsync(Clamp(max), cancellationToken).ConfigureAwait(false)
            ? Dequeue()
            : null;

    public MessageEnvelope? Peek(TimeSpan max, CancellationToken cancellationToken) =>
        CanWait(max) && _available.Wait(Clamp(max), cancellationToken) ? Front() : null;

    public async ValueTask<MessageEnvelope?> PeekAsync(TimeSpan max, CancellationToken cancellationToken) =>
        CanWait(max) && await _available.WaitAsync(Clamp(max), cancellationToken).ConfigureAwait(false)
            ? Front()
            : null;

    private static bool CanWait(TimeSpan max) => max >= TimeSpan.Zero || max == Timeout.InfiniteTimeSpan;

    private static TimeSpan Clamp(TimeSpan max) => max > LongestWait ? LongestWait : max;

    private MessageEnvelope Dequeue()
    {
        lock (_messages)
        {
            return _messages.Dequeue();
        }
    }

    private MessageEnvelope Front()
    {
        MessageEnvelope front;
        lock (_messages)
        {
            front = _messages.Peek();
        }

        _available.Release();
        return front;
    }
}
