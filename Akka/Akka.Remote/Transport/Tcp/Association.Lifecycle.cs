namespace Akka.Remote.Transport.Tcp;

/// <summary>How the connection comes and goes.</summary>
internal sealed partial class Association
{
    private int? _uid;
    private int? _quarantinedUid;
    private TimeSpan _quarantinedUntil;

    /// <summary>Counts attempts that came to nothing: the next one goes another way, if there is one.</summary>
    private uint _failures;

    /// <summary>Whether an incarnation of the other system has been given up.</summary>
    public bool IsQuarantined(int uid)
    {
        lock (_lock)
        {
            return _quarantinedUid == uid && Now < _quarantinedUntil;
        }
    }

    /// <summary>The other system has been restarted and calls, so it is worth calling back.</summary>
    public void NewIncarnation(int uid)
    {
        lock (_lock)
        {
            if (_state == AssociationState.Quarantined && _quarantinedUid != uid)
            {
                _state = AssociationState.Idle;
                _uid = uid;
            }
            else if (_state == AssociationState.Gated && _uid != uid)
            {
                // The gate is there because of the incarnation before.
                _gateUntil = Now;
            }
        }
    }

    public bool Quarantine(int uid)
    {
        OutboundConnection connection;
        List<Pending> dropped;
        lock (_lock)
        {
            if (_state is AssociationState.Closed or AssociationState.Quarantined || (_uid is { } known && known != uid))
            {
                return false;
            }

            _uid = uid;
            _quarantinedUid = uid;
            _quarantinedUntil = Now + _remoting.QuarantineDuration;
            connection = Disconnect(AssociationState.Quarantined);
            _unacknowledged.Clear();
            dropped = _pending;
            _pending = [];
        }

        connection?.Dispose();
        ToDeadLetters(dropped);
        return true;
    }

    /// <summary>Closes the gate for a while, whatever is open.</summary>
    public void Gate()
    {
        OutboundConnection connection;
        lock (_lock)
        {
            connection = _connection;
        }

        if (connection is not null)
        {
            Lost(connection, new RemoteTransportException($"[{Remote}] was gated"));
        }
    }

    /// <summary>Lets queued messages go out and be acknowledged, says goodbye, and closes for good.</summary>
    public async Task Close(TimeSpan flushWait)
    {
        using var deadline = new CancellationTokenSource(flushWait);
        while (!deadline.IsCancellationRequested && HasWork())
        {
            await Task.Delay(5, CancellationToken.None).ConfigureAwait(false);
        }

        OutboundConnection idle = null;
        lock (_lock)
        {
            if (_state == AssociationState.Connected)
            {
                _queue.Append(Frames.Control(FrameKind.Disassociate, (byte)DisassociateReason.Shutdown));
                idle = TakeIdleConnection();
            }
        }

        if (idle is not null)
        {
            await Write(idle, onSendersThread: false).WaitAsync(flushWait).ConfigureAwait(
                ConfigureAwaitOptions.SuppressThrowing);
        }

        OutboundConnection connection;
        List<Pending> dropped;
        lock (_lock)
        {
            connection = Disconnect(AssociationState.Closed);
            dropped = _pending;
            _pending = [];
        }

        connection?.Dispose();
        ToDeadLetters(dropped);
    }

    private bool HasWork()
    {
        lock (_lock)
        {
            return _state switch
            {
                AssociationState.Connecting => true,
                AssociationState.Connected =>
                    !_queue.IsEmpty || !_control.IsEmpty || _connection.Writing || _unacknowledged.Count > 0,
                _ => false,
            };
        }
    }

    private void StartConnecting() => _ = Task.Run(Connect);

    private async Task Connect()
    {
        try
        {
            Hello hello;
            lock (_lock)
            {
                hello = new Hello(_remoting.DefaultAddress, _remoting.Uid, Remote, FirstSequence);
            }

            var connection = await OutboundConnection
                .Open(_remoting.Settings, hello, _remoting.RouteTo(Remote, _failures), _remoting.NewDetector(), _link, _remoting.Stopped).ConfigureAwait(false);
            connection.Association = this;
            if (Adopt(connection) && SendPending(connection))
            {
                _remoting.Events.Publish(new AssociatedEvent(_remoting.DefaultAddress, Remote, inbound: false));
                await ReadAnswers(connection).ConfigureAwait(false);
            }
            else
            {
                connection.Dispose();
            }
        }
        catch (Exception problem)
        {
            ConnectFailed(problem);
        }
    }

    private bool Adopt(OutboundConnection connection)
    {
        lock (_lock)
        {
            if (_state == AssociationState.Connecting && IsQuarantined(connection.Welcome.Uid))
            {
                _state = AssociationState.Quarantined;
            }

            if (_state != AssociationState.Connecting)
            {
                return false;
            }

            _uid = connection.Welcome.Uid;
            _connection = connection;
            _heartbeatAt = Now + _remoting.HeartbeatInterval;
            _undeliveredSince = null;
            _warnedOfBuffer = false;
            Acknowledge(connection.Welcome.Delivered);
            foreach (var (_, frame) in _unacknowledged)
            {
                _queue.Append(frame);
            }

            return true;
        }
    }

    // What waited goes before what comes now: the state changes only when nothing waits any more.
    private bool SendPending(OutboundConnection connection)
    {
        for (; ; )
        {
            List<Pending> batch;
            OutboundConnection idle;
            lock (_lock)
            {
                if (!ReferenceEquals(_connection, connection))
                {
                    return false;
                }

                batch = _pending;
                _pending = [];
                _state = batch.Count == 0 ? AssociationState.Connected : _state;
                idle = batch.Count == 0 ? TakeIdleConnection() : null;
            }

            if (idle is not null)
            {
                ThreadPool.UnsafeQueueUserWorkItem(idle, preferLocal: false);
            }

            if (batch.Count == 0)
            {
                return true;
            }

            foreach (var pending in batch)
            {
                SendOne(pending);
            }
        }
    }

    private void SendOne(in Pending pending)
    {
        if (!_remoting.Encoder.TryEncode(pending.Message, pending.Sender, pending.Recipient, out var encoded))
        {
            return;
        }

        Outcome outcome;
        lock (_lock)
        {
            outcome = Append(pending.Message, encoded);
        }

        if (outcome == Outcome.Full)
        {
            _remoting.DeadLetter(pending.Message, pending.Sender, pending.Recipient);
        }
    }

    private async Task ReadAnswers(OutboundConnection connection)
    {
        var reason = DisassociateReason.Unknown;
        Exception cause = null;
        using var reader = new FrameReader(connection.Stream, Frames.HandshakeSizeMax);
        try
        {
            while (await reader.Fill().ConfigureAwait(false))
            {
                if (_link?.LosesInbound == true)
                {
                    reader.Skip();
                    continue;
                }

                connection.Detector.HeartBeat();
                TakeAnswers(reader, ref reason);
            }
        }
        catch (Exception problem)
        {
            cause = problem;
        }

        if (reason == DisassociateReason.Quarantined)
        {
            _remoting.Events.Publish(new ThisActorSystemQuarantinedEvent(_remoting.DefaultAddress, Remote));
        }

        Lost(connection, cause ?? new RemoteTransportException(reason == DisassociateReason.Shutdown
            ? "The remote system shut down"
            : "The remote system closed the connection"));
    }

    private void TakeAnswers(FrameReader reader, ref DisassociateReason reason)
    {
        while (reader.TryRead(out var kind, out var body))
        {
            switch (kind)
            {
                case FrameKind.Ack:
                    var sequence = Frames.ReadSequence(ref body);
                    lock (_lock)
                    {
                        Acknowledge(sequence);
                    }

                    break;
                case FrameKind.HeartbeatReply:
                    break;
                case FrameKind.Disassociate:
                    reason = body.Length > 0 ? (DisassociateReason)body[0] : reason;
                    break;
                default:
                    throw new RemoteTransportException($"Frame {kind} where only answers are expected");
            }
        }
    }

    private void Lost(OutboundConnection connection, Exception cause)
    {
        lock (_lock)
        {
            if (!ReferenceEquals(_connection, connection))
            {
                return;
            }

            _ = Disconnect(AssociationState.Gated);
            _gateUntil = Now + _remoting.RetryGateClosedFor;
        }

        connection.Dispose();
        LogGated(cause);
        _remoting.Events.Publish(new DisassociatedEvent(_remoting.DefaultAddress, Remote, inbound: false));
    }

    private void ConnectFailed(Exception cause)
    {
        List<Pending> dropped;
        var giveUp = false;
        lock (_lock)
        {
            if (_state != AssociationState.Connecting)
            {
                return;
            }

            _ = Disconnect(AssociationState.Gated);
            _gateUntil = Now + _remoting.RetryGateClosedFor;
            _failures = unchecked(_failures + 1);
            dropped = _pending.FindAll(p => p.Message is not ISystemMessage);
            _pending.RemoveAll(p => p.Message is not ISystemMessage);
            giveUp = HasWaitedTooLong();
        }

        ToDeadLetters(dropped);
        LogGated(cause);
        _remoting.Events.Publish(new AssociationErrorEvent(
            cause, _remoting.DefaultAddress, Remote, inbound: false, LogLevel.WarningLevel));
        if (cause is RefusedException { Reason: DisassociateReason.Quarantined })
        {
            _remoting.Events.Publish(new ThisActorSystemQuarantinedEvent(_remoting.DefaultAddress, Remote));
        }

        if (giveUp)
        {
            GiveUp("system messages could not be delivered in time");
        }
    }

    private void GiveUp(string why)
    {
        _remoting.Log.Warning("Giving up system messages to [{0}]: {1}", Remote, why);
        if (_uid is { } uid)
        {
            _remoting.Quarantine(Remote, uid);
        }

        lock (_lock)
        {
            _unacknowledged.Clear();
            _pending.RemoveAll(p => p.Message is ISystemMessage);
            _undeliveredSince = null;
        }
    }

    // The caller disposes of the connection, outside of the lock.
    private OutboundConnection Disconnect(AssociationState next)
    {
        var connection = _connection;
        _connection = null;
        _queue.Clear();
        _control.Clear();
        _state = next;
        return connection;
    }

    private void LogGated(Exception cause)
    {
        if (!_remoting.Stopped.IsCancellationRequested)
        {
            _remoting.Log.Warning(
                "Association with remote system [{0}] has failed; address is now gated for {1} ms. Reason: [{2}]",
                Remote,
                (long)_remoting.RetryGateClosedFor.TotalMilliseconds,
                cause.GetBaseException().Message);
        }
    }

    private void ToDeadLetters(List<Pending> dropped)
    {
        foreach (var pending in dropped)
        {
            if (pending.Message is not ISystemMessage)
            {
                _remoting.DeadLetter(pending.Message, pending.Sender, pending.Recipient);
            }
        }
    }
}
