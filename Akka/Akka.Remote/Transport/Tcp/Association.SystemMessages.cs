namespace Akka.Remote.Transport.Tcp;

/// <summary>
/// System messages are numbered and kept until the other end has acknowledged them; a new connection sends again
/// what is kept. The other end takes each number once, in order, so none is lost, repeated or overtaken while both
/// incarnations live.
/// </summary>
internal sealed partial class Association
{
    /// <summary>
    /// In order of their numbers. Invariant: the numbers are consecutive and the last one is just below the next.
    /// </summary>
    private readonly Queue<(long Sequence, byte[] Frame)> _unacknowledged = new();

    private long _nextSequence = 1;
    private TimeSpan? _undeliveredSince;
    private TimeSpan _resendAt;

    private long FirstSequence => _unacknowledged.TryPeek(out var first) ? first.Sequence : _nextSequence;

    private Outcome AppendSystemMessage(in OutboundMessage encoded)
    {
        if (_unacknowledged.Count >= _remoting.SystemMessagesMax)
        {
            return Outcome.TooManySystemMessages;
        }

        var frame = new byte[Frames.SizeOf(encoded, withSequence: true)];
        Frames.WriteMessage(frame, encoded, _nextSequence);
        _unacknowledged.Enqueue((_nextSequence, frame));
        _nextSequence++;
        _queue.Append(frame);
        return Outcome.Queued;
    }

    // Only a link with faults loses what a connection was given; any other keeps its order as long as it lives.
    private void ResendUnacknowledged(TimeSpan now)
    {
        if (_unacknowledged.Count == 0)
        {
            _resendAt = now + _remoting.ResendInterval;
        }
        else if (now >= _resendAt)
        {
            _resendAt = now + _remoting.ResendInterval;
            foreach (var (_, frame) in _unacknowledged)
            {
                _queue.Append(frame);
            }
        }
    }

    private void Acknowledge(long sequence)
    {
        while (_unacknowledged.TryPeek(out var first) && first.Sequence <= sequence)
        {
            _unacknowledged.Dequeue();
        }
    }

    private bool HasWaitedTooLong()
    {
        if (_pending.Count == 0 && _unacknowledged.Count == 0)
        {
            _undeliveredSince = null;
            return false;
        }

        _undeliveredSince ??= Now;
        return Now - _undeliveredSince > _remoting.SystemMessageDeliveryTimeout;
    }
}
