using System.Diagnostics;

namespace Akka.Remote.Transport.Tcp;

/// <summary>
/// The way from this system to one other: queues of encoded frames and, while there is one, a connection that a
/// single writer empties them into. Messages are encoded on the sender's thread and appended under the lock, so the
/// order in which one sender sends is the order on the wire.
/// </summary>
internal sealed partial class Association
{
    // A sender that comes after a pause writes itself, which saves a change of threads; one in a stream of messages
    // leaves the writing to the pool, where many messages become one write.
    private static readonly long PauseTicks = Stopwatch.Frequency / 20_000;

    private readonly object _lock = new();
    private readonly TcpRemoting _remoting;
    private readonly OutboundQueue _queue = new();
    private readonly OutboundQueue _control = new();

    /// <summary>Messages that came before there is a connection; system messages stay here while the gate is closed.</summary>
    private List<Pending> _pending = [];

    private volatile AssociationState _state = AssociationState.Idle;
    private readonly Link _link;
    private OutboundConnection _connection;
    private TimeSpan _gateUntil;
    private TimeSpan _heartbeatAt;
    private long _lastWriteAt;
    private bool _warnedOfBuffer;

    public Association(TcpRemoting remoting, Address remote)
    {
        _remoting = remoting;
        Remote = remote;
        _link = remoting.Faults?.Of(remote);
    }

    private enum Outcome
    {
        Queued,
        Full,
        TooManySystemMessages,
        Unconnected,
    }

    public Address Remote { get; }

    private TimeSpan Now => _remoting.System.Scheduler.MonotonicClock;

    public void Send(object message, IActorRef sender, RemoteActorRef recipient)
    {
        if (_state != AssociationState.Connected)
        {
            SendUnconnected(message, sender, recipient);
            return;
        }

        if (!_remoting.Encoder.TryEncode(message, sender, recipient, out var encoded))
        {
            return;
        }

        Outcome outcome;
        OutboundConnection idle = null;
        lock (_lock)
        {
            outcome = _state == AssociationState.Connected ? Append(message, encoded) : Outcome.Unconnected;
            if (outcome == Outcome.Queued)
            {
                idle = TakeIdleConnection();
            }
        }

        if (idle is not null)
        {
            StartWriter(idle);
        }
        else if (outcome != Outcome.Queued)
        {
            Refused(outcome, message, sender, recipient);
        }
    }

    /// <summary>Ends what has run its time: gates, silent connections; sends heartbeats.</summary>
    public void Tick()
    {
        var connect = false;
        OutboundConnection idle = null;
        OutboundConnection silent = null;
        lock (_lock)
        {
            var now = Now;
            if (_state == AssociationState.Gated && now >= _gateUntil)
            {
                connect = _pending.Count > 0 || _unacknowledged.Count > 0;
                _state = connect ? AssociationState.Connecting : AssociationState.Idle;
            }
            else if (_state == AssociationState.Connected && !_connection.Detector.IsAvailable)
            {
                silent = _connection;
            }
            else if (_state == AssociationState.Connected)
            {
                Repeat(now);
                idle = TakeIdleConnection();
            }
        }

        if (connect)
        {
            StartConnecting();
        }

        if (silent is not null)
        {
            Lost(silent, new RemoteTransportException($"No heartbeat from [{Remote}]"));
        }

        if (idle is not null)
        {
            StartWriter(idle);
        }
    }

    private void Repeat(TimeSpan now)
    {
        if (now >= _heartbeatAt)
        {
            _heartbeatAt = now + _remoting.HeartbeatInterval;
            _control.Append(Frames.Control(FrameKind.Heartbeat));
        }

        if (_link is not null)
        {
            ResendUnacknowledged(now);
        }
    }

    internal async Task Write(OutboundConnection connection, bool onSendersThread)
    {
        try
        {
            while (TryTakeChunk(connection, ref onSendersThread, out var chunk))
            {
                try
                {
                    if (_link is not null)
                    {
                        onSendersThread = false;
                        if (!await _link.PassOutbound(chunk.Length, _remoting.Stopped).ConfigureAwait(false))
                        {
                            continue;
                        }
                    }

                    var write = connection.Stream.WriteAsync(chunk.Memory);
                    onSendersThread &= write.IsCompleted;
                    await write.ConfigureAwait(false);
                }
                finally
                {
                    chunk.Return();
                }
            }
        }
        catch (Exception problem)
        {
            Lost(connection, problem);
        }
    }

    private bool IsUrgent(object message) => message
        is RemoteWatcher.HeartbeatRsp or ActorSelectionMessage { Message: RemoteWatcher.Heartbeat }
        || _remoting.Settings.UrgentMessages.Contains(message.GetType());

    // Heartbeats first, so that they wait for one chunk at most. The writer ends when there is nothing left.
    private bool TryTakeChunk(OutboundConnection connection, ref bool onSendersThread, out OutboundQueue.Chunk chunk)
    {
        lock (_lock)
        {
            chunk = default;
            if (!ReferenceEquals(_connection, connection))
            {
                return false;
            }

            if (_control.IsEmpty && _queue.IsEmpty)
            {
                connection.Writing = false;
                _lastWriteAt = Stopwatch.GetTimestamp();
                return false;
            }

            if (!onSendersThread || !connection.WroteOnce)
            {
                connection.WroteOnce = true;
                return _control.TryTake(out chunk) || _queue.TryTake(out chunk);
            }
        }

        // One write is all that a sender does for the others.
        ThreadPool.UnsafeQueueUserWorkItem(connection, preferLocal: false);
        return false;
    }

    private OutboundConnection TakeIdleConnection()
    {
        if (_connection.Writing || (_control.IsEmpty && _queue.IsEmpty))
        {
            return null;
        }

        _connection.Writing = true;
        _connection.WroteOnce = false;
        return _connection;
    }

    private void StartWriter(OutboundConnection connection)
    {
        if (Stopwatch.GetTimestamp() - Volatile.Read(ref _lastWriteAt) > PauseTicks)
        {
            _ = Write(connection, onSendersThread: true);
        }
        else
        {
            ThreadPool.UnsafeQueueUserWorkItem(connection, preferLocal: false);
        }
    }

    private Outcome Append(object message, in OutboundMessage encoded)
    {
        if (message is ISystemMessage)
        {
            return AppendSystemMessage(encoded);
        }

        var queue = IsUrgent(message) ? _control : _queue;
        var size = Frames.SizeOf(encoded, withSequence: false);
        if (queue.Bytes + size > _remoting.Settings.OutboundBufferSize)
        {
            return Outcome.Full;
        }

        if (_link?.LosesOutbound == true)
        {
            return Outcome.Queued;
        }

        Frames.WriteMessage(queue.Reserve(size), encoded, sequence: null);
        return Outcome.Queued;
    }

    private void Refused(Outcome outcome, object message, IActorRef sender, RemoteActorRef recipient)
    {
        switch (outcome)
        {
            case Outcome.Unconnected:
                SendUnconnected(message, sender, recipient);
                break;
            case Outcome.TooManySystemMessages:
                GiveUp("too many unacknowledged system messages");
                break;
            default:
                WarnOnce($"More than {_remoting.Settings.OutboundBufferSize} bytes wait for [{Remote}]; messages are dropped");
                _remoting.DeadLetter(message, sender, recipient);
                break;
        }
    }

    private void SendUnconnected(object message, IActorRef sender, RemoteActorRef recipient)
    {
        var isSystem = message is ISystemMessage;
        var connect = false;
        lock (_lock)
        {
            if (_state == AssociationState.Gated && Now >= _gateUntil)
            {
                _state = AssociationState.Idle;
            }

            var waits = _state is AssociationState.Idle or AssociationState.Connecting
                || (_state == AssociationState.Gated && isSystem);
            if (waits && _pending.Count < _remoting.PendingMax)
            {
                _pending.Add(new Pending(message, sender, recipient));
                connect = _state == AssociationState.Idle;
                _state = connect ? AssociationState.Connecting : _state;
                message = null;
            }
        }

        if (connect)
        {
            StartConnecting();
        }

        if (message is null)
        {
            return;
        }

        if (_state == AssociationState.Connected)
        {
            Send(message, sender, recipient);
        }
        else if (!isSystem)
        {
            _remoting.DeadLetter(message, sender, recipient);
        }
        else if (_state is AssociationState.Connecting or AssociationState.Gated)
        {
            GiveUp("too many system messages wait for a connection");
        }
    }

    private void WarnOnce(string text)
    {
        if (!_warnedOfBuffer)
        {
            _warnedOfBuffer = true;
            _remoting.Log.Warning("{0}", text);
        }
    }

    private readonly record struct Pending(object Message, IActorRef Sender, RemoteActorRef Recipient);
}
