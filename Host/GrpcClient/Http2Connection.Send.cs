using System.Buffers.Binary;
using System.Net.Sockets;
using ActorEtcd.Host.Grpc;

namespace ActorEtcd.Host.GrpcClient;

/// <content>Sending: requests become frames in <c>_filling</c>; one flush takes all that is there.</content>
internal sealed partial class Http2Connection
{
    private const int MessageHeaderSize = 5;

    private OutputBuffer _filling = new();
    private OutputBuffer _sending = new();
    private bool _flushing;

    /// <summary>True while the reader dispatches frames; it flushes when it is through.</summary>
    private bool _dispatching;

    private long _sendWindow = Http2.DefaultWindow;
    private int _peerInitialWindow = Http2.DefaultWindow;
    private int _peerFrameBytesMax = Http2.DefaultFrameBytesMax;
    private long _peerStreamsMax = int.MaxValue;

    public ValueTask SendMessage<TRequest, TResponse>(
        ClientCall call, GrpcMethod<TRequest, TResponse> method, TRequest request, bool endStream = false)
    {
        byte[] framed = Frame(method, request);
        var pending = new PendingSend(
            framed, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        lock (_gate)
        {
            if (call.Ended || call.HalfClosed)
            {
                return ValueTask.FromException(_closedBecause ?? CallEnded());
            }

            call.HalfClosed = endStream;
            (call.Unsent ??= []).Enqueue(pending);
            if (call.StreamId != 0)
            {
                SendUnsentLocked(call);
            }
        }

        FlushUnlessDeferred();
        return pending.Sent!.Task.IsCompletedSuccessfully ? ValueTask.CompletedTask : new ValueTask(pending.Sent.Task);
    }

    public void HalfClose(ClientCall call)
    {
        lock (_gate)
        {
            if (call.Ended || call.HalfClosed)
            {
                return;
            }

            call.HalfClosed = true;
            if (call.StreamId != 0 && call.Unsent is not { Count: > 0 })
            {
                _filling.AppendFrameHeader(0, Http2.Data, Http2.EndStream, call.StreamId);
            }
        }

        FlushUnlessDeferred();
    }

    /// <summary>The application has read a message of a streaming call: lets the server send as much again.</summary>
    public void Credit(ClientCall call, int bytes)
    {
        lock (_gate)
        {
            call.Uncredited += bytes;
            if (call.Ended || call.Uncredited < Options.StreamWindowBytes / 2)
            {
                return;
            }

            AppendWindowUpdate(call.StreamId, call.Uncredited);
            call.Uncredited = 0;
        }

        FlushUnlessDeferred();
    }

    private static byte[] Frame<TRequest, TResponse>(GrpcMethod<TRequest, TResponse> method, TRequest request)
    {
        int size = method.Size(request);
        var framed = new byte[MessageHeaderSize + size];
        BinaryPrimitives.WriteInt32BigEndian(framed.AsSpan(1), size);
        method.Write(request, framed.AsSpan(MessageHeaderSize));
        return framed;
    }

    /// <summary>Opens the stream, or queues the call when the server allows no further stream.</summary>
    private void BeginLocked<TRequest, TResponse>(
        ClientCall call, GrpcMethod<TRequest, TResponse> method, TRequest request, bool hasRequest, bool endStream)
    {
        if (_closedBecause != null)
        {
            throw new GrpcCallException(_closedBecause.Code, _closedBecause.Detail, _closedBecause.InnerException);
        }

        if (_goingAway || _nextStreamId < 0)
        {
            throw new GrpcCallException(StatusCode.Unavailable, "the connection takes no further calls");
        }

        if (_calls.Count >= _peerStreamsMax)
        {
            call.StreamId = 0;
            PendingSend? framed = hasRequest ? new PendingSend(Frame(method, request), null) : null;
            _waitingForStream.Enqueue(new WaitingCall(call, framed, endStream));
            return;
        }

        OpenLocked(call);
        if (!hasRequest)
        {
            return;
        }

        call.HalfClosed = endStream;
        int size = method.Size(request);
        int length = size + MessageHeaderSize;
        if (length > _sendWindow || length > call.SendWindow || length > _peerFrameBytesMax)
        {
            (call.Unsent ??= []).Enqueue(new PendingSend(Frame(method, request), null));
            SendUnsentLocked(call);
            return;
        }

        _sendWindow -= length;
        call.SendWindow -= length;
        _filling.AppendFrameHeader(length, Http2.Data, endStream ? Http2.EndStream : (byte)0, call.StreamId);
        Span<byte> payload = _filling.Append(length);
        payload[0] = 0;
        BinaryPrimitives.WriteInt32BigEndian(payload[1..], size);
        method.Write(request, payload[MessageHeaderSize..]);
    }

    private void OpenLocked(ClientCall call)
    {
        call.StreamId = _nextStreamId;
        call.SendWindow = _peerInitialWindow;
        _nextStreamId += 2;
        _calls.Add(call.StreamId, call);
        ReadOnlyMemory<byte> block = _encoder.Block(call.MethodState);
        int headerAt = _filling.Count;
        _filling.AppendFrameHeader(block.Length, Http2.Headers, Http2.EndHeaders, call.StreamId);
        _filling.Append(block.Span);
        if (call.TimeoutHeader != null || call.Metadata != null || Options.Metadata.Count > 0)
        {
            AppendExtraHeaders(call, headerAt);
        }
    }

    private void AppendExtraHeaders(ClientCall call, int headerAt)
    {
        if (call.TimeoutHeader != null)
        {
            RequestHeaderEncoder.AppendLiteral(_filling, "grpc-timeout", call.TimeoutHeader);
        }

        AppendMetadata(Options.Metadata);
        AppendMetadata(call.Metadata ?? []);

        int length = _filling.Count - headerAt - Http2.FrameHeaderSize;
        if (length > Http2.DefaultFrameBytesMax)
        {
            throw new ArgumentException($"request headers of {length} bytes do not fit one frame");
        }

        _filling.PatchFrameLength(headerAt, length);
    }

    private void AppendMetadata(IReadOnlyList<KeyValuePair<string, string>> metadata)
    {
        for (int i = 0; i < metadata.Count; i++)
        {
            RequestHeaderEncoder.AppendLiteral(_filling, metadata[i].Key, metadata[i].Value);
        }
    }

    private void StartWaitingLocked()
    {
        while (_calls.Count < _peerStreamsMax && !_goingAway && _closedBecause == null
            && _waitingForStream.TryDequeue(out WaitingCall? next))
        {
            if (next.Call.Ended)
            {
                continue;
            }

            OpenLocked(next.Call);
            if (next.Request != null)
            {
                next.Call.HalfClosed = next.EndStream;
                (next.Call.Unsent ??= []).Enqueue(next.Request);
            }

            if (next.Call.HalfClosed && next.Call.Unsent is not { Count: > 0 })
            {
                _filling.AppendFrameHeader(0, Http2.Data, Http2.EndStream, next.Call.StreamId);
            }

            SendUnsentLocked(next.Call);
        }
    }

    private void SendUnsentLocked(ClientCall call)
    {
        while (call.Unsent is { Count: > 0 } unsent)
        {
            PendingSend pending = unsent.Peek();
            int left = pending.Framed.Length - pending.Offset;
            int part = (int)Math.Min(Math.Min(left, _peerFrameBytesMax), Math.Min(_sendWindow, call.SendWindow));
            if (part <= 0)
            {
                return;
            }

            bool last = part == left;
            bool endStream = last && call.HalfClosed && unsent.Count == 1;
            _filling.AppendFrameHeader(part, Http2.Data, endStream ? Http2.EndStream : (byte)0, call.StreamId);
            _filling.Append(pending.Framed.AsSpan(pending.Offset, part));
            pending.Offset += part;
            _sendWindow -= part;
            call.SendWindow -= part;
            if (last)
            {
                unsent.Dequeue();
                pending.Sent?.TrySetResult();
            }
        }
    }

    private void AppendSetting(int id, uint value)
    {
        BinaryPrimitives.WriteUInt16BigEndian(_filling.Append(2), (ushort)id);
        _filling.AppendInt32(value);
    }

    private void AppendWindowUpdate(int streamId, int credit)
    {
        _filling.AppendFrameHeader(4, Http2.WindowUpdate, 0, streamId);
        _filling.AppendInt32((uint)credit);
    }

    private void AppendReset(int streamId, uint error)
    {
        _filling.AppendFrameHeader(4, Http2.ResetStream, 0, streamId);
        _filling.AppendInt32(error);
    }

    /// <summary>True: the caller has to flush, after leaving the gate.</summary>
    private bool TakeFlushLocked()
    {
        if (_dispatching || _flushing || _filling.Count == 0)
        {
            return false;
        }

        _flushing = true;
        return true;
    }

    private void FlushUnlessDeferred()
    {
        bool flush;
        lock (_gate)
        {
            flush = TakeFlushLocked();
        }

        if (flush)
        {
            Flush();
        }
    }

    private void Flush()
    {
        if (Options.IsBlocking)
        {
            FlushBlocking();
            return;
        }

        _ = FlushAsync();
    }

    /// <summary>Sends until nothing is left. Invariant: at most one runs, the one that set _flushing.</summary>
    private async Task FlushAsync()
    {
        try
        {
            while (true)
            {
                lock (_gate)
                {
                    if (_filling.Count == 0 || _closedBecause != null)
                    {
                        _flushing = false;
                        return;
                    }

                    (_filling, _sending) = (_sending, _filling);
                    _filling.Clear();
                }

                ReadOnlyMemory<byte> rest = _sending.Written;
                if (_tls != null)
                {
                    await _tls.WriteAsync(rest).ConfigureAwait(false);
                    continue;
                }

                while (!rest.IsEmpty)
                {
                    int sent = await _socket.SendAsync(rest, SocketFlags.None).ConfigureAwait(false);
                    rest = rest[sent..];
                }
            }
        }
        catch (Exception failure) when (failure is SocketException or ObjectDisposedException or IOException)
        {
            Abort(new GrpcCallException(StatusCode.Unavailable, "connection lost: " + failure.Message, failure));
        }
    }
}
