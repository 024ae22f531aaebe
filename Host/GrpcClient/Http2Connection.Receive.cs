using System.Buffers.Binary;
using System.Net.Sockets;
using ActorEtcd.Host.Grpc;

namespace ActorEtcd.Host.GrpcClient;

/// <content>Receiving: one loop reads, takes frames apart and completes calls.</content>
internal sealed partial class Http2Connection
{
    private const int HeaderBlockBytesMax = 1 << 20;

    private readonly HpackDecoder _decoder = new();
    private readonly byte[] _input = GC.AllocateUninitializedArray<byte>(128 << 10, pinned: true);
    private readonly List<byte> _headerBlock = [];
    private int _headerBlockStream;
    private bool _headerBlockEndsStream;
    private int _uncredited;
    private bool _goingAway;

    private static GrpcCallException Violation(string what)
    {
        return new GrpcCallException(StatusCode.Unavailable, "HTTP/2 protocol error: " + what);
    }

    private async Task ReadLoopAsync()
    {
        try
        {
            int count = 0;
            while (true)
            {
                int read = _tls != null
                    ? await _tls.ReadAsync(_input.AsMemory(count)).ConfigureAwait(false)
                    : await _socket.ReceiveAsync(_input.AsMemory(count), SocketFlags.None).ConfigureAwait(false);
                if (read == 0)
                {
                    Abort(new GrpcCallException(StatusCode.Unavailable, "the server closed the connection"));
                    return;
                }

                Heard();
                count += read;
                int used = Dispatch(_input.AsSpan(0, count));
                count -= used;
                if (count > 0 && used > 0)
                {
                    _input.AsSpan(used, count).CopyTo(_input);
                }
            }
        }
        catch (GrpcCallException failure)
        {
            Abort(failure);
        }
        catch (Exception failure) when (failure is SocketException or ObjectDisposedException or IOException)
        {
            Abort(new GrpcCallException(StatusCode.Unavailable, "connection lost: " + failure.Message, failure));
        }
    }

    /// <summary>Handles all whole frames in <paramref name="bytes"/>; what is sent meanwhile leaves in one go.</summary>
    private int Dispatch(ReadOnlySpan<byte> bytes)
    {
        lock (_gate)
        {
            _dispatching = true;
        }

        int used = 0;
        try
        {
            while (bytes.Length - used >= Http2.FrameHeaderSize)
            {
                ReadOnlySpan<byte> header = bytes.Slice(used, Http2.FrameHeaderSize);
                int length = (header[0] << 16) | (header[1] << 8) | header[2];
                if (length > Http2.DefaultFrameBytesMax)
                {
                    throw Violation($"frame of {length} bytes (is this a gRPC port?)");
                }

                if (bytes.Length - used - Http2.FrameHeaderSize < length)
                {
                    break;
                }

                int streamId = BinaryPrimitives.ReadInt32BigEndian(header[5..]) & int.MaxValue;
                OnFrame(header[3], header[4], streamId, bytes.Slice(used + Http2.FrameHeaderSize, length));
                used += Http2.FrameHeaderSize + length;
            }
        }
        finally
        {
            lock (_gate)
            {
                _dispatching = false;
            }
        }

        FlushUnlessDeferred();
        return used;
    }

    private void OnFrame(byte type, byte flags, int streamId, ReadOnlySpan<byte> payload)
    {
        switch (type)
        {
            case Http2.Data:
                OnData(flags, streamId, payload);
                break;
            case Http2.Headers:
                OnHeaders(flags, streamId, Unpad(flags, payload, priority: (flags & Http2.Priority) != 0));
                break;
            case Http2.Continuation:
                OnContinuation(flags, streamId, payload);
                break;
            case Http2.ResetStream:
                OnReset(streamId, BinaryPrimitives.ReadUInt32BigEndian(Exactly(payload, 4)));
                break;
            case Http2.Settings:
                OnSettings(flags, payload);
                break;
            case Http2.Ping:
                OnPing(flags, Exactly(payload, 8));
                break;
            case Http2.GoAway:
                OnGoAway(payload);
                break;
            case Http2.WindowUpdate:
                OnWindowUpdate(streamId, BinaryPrimitives.ReadInt32BigEndian(Exactly(payload, 4)) & int.MaxValue);
                break;
            case Http2.PushPromise:
                throw Violation("push promise, although push is off");
            default:
                break;
        }
    }

    private static ReadOnlySpan<byte> Exactly(ReadOnlySpan<byte> payload, int size)
    {
        return payload.Length == size ? payload : throw Violation($"frame of {payload.Length} bytes instead of {size}");
    }

    private static ReadOnlySpan<byte> Unpad(byte flags, ReadOnlySpan<byte> payload, bool priority)
    {
        int front = 0;
        int padding = 0;
        if ((flags & Http2.Padded) != 0 && payload.Length > 0)
        {
            front = 1;
            padding = payload[0];
        }

        front += priority ? 5 : 0;
        int length = payload.Length - front - padding;
        return length >= 0 ? payload.Slice(front, length) : throw Violation("padding longer than its frame");
    }

    private ClientCall? Find(int streamId)
    {
        lock (_gate)
        {
            return _calls.TryGetValue(streamId, out ClientCall? call) ? call : null;
        }
    }

    private void OnData(byte flags, int streamId, ReadOnlySpan<byte> payload)
    {
        ClientCall? call = Find(streamId);
        _uncredited += payload.Length;
        if (_uncredited >= ConnectionWindow / 2)
        {
            lock (_gate)
            {
                AppendWindowUpdate(0, _uncredited);
            }

            _uncredited = 0;
        }

        if (call == null)
        {
            return;
        }

        ReadOnlySpan<byte> data = Unpad(flags, payload, priority: false);
        int uncounted = call.CreditsOnRead ? payload.Length - data.Length : payload.Length;
        bool ends = (flags & Http2.EndStream) != 0;
        if (uncounted > 0 && !ends)
        {
            Credit(call, uncounted);
        }

        try
        {
            call.OnData(data);
        }
        catch (GrpcCallException failure)
        {
            Cancel(call, failure);
            return;
        }
        catch (Exception failure)
        {
            string why = "cannot read response: " + failure.Message;
            Cancel(call, new GrpcCallException(StatusCode.Internal, why, failure));
            return;
        }

        if (ends)
        {
            End(call, call.EndStatus());
        }
        else if (call.CreditsOnRead && call.TakeEarlyCredit() is > 0 and var early)
        {
            Credit(call, early);
        }
    }

    private void OnHeaders(byte flags, int streamId, ReadOnlySpan<byte> block)
    {
        bool endsStream = (flags & Http2.EndStream) != 0;
        if ((flags & Http2.EndHeaders) != 0)
        {
            OnHeaderBlock(streamId, endsStream, block);
            return;
        }

        _headerBlock.Clear();
        _headerBlock.AddRange(block);
        _headerBlockStream = streamId;
        _headerBlockEndsStream = endsStream;
    }

    private void OnContinuation(byte flags, int streamId, ReadOnlySpan<byte> block)
    {
        if (streamId != _headerBlockStream || _headerBlock.Count + block.Length > HeaderBlockBytesMax)
        {
            throw Violation($"continuation of stream {streamId}");
        }

        _headerBlock.AddRange(block);
        if ((flags & Http2.EndHeaders) != 0)
        {
            _headerBlockStream = 0;
            OnHeaderBlock(streamId, _headerBlockEndsStream, _headerBlock.ToArray());
        }
    }

    private void OnHeaderBlock(int streamId, bool endsStream, ReadOnlySpan<byte> block)
    {
        ClientCall? call = Find(streamId);
        _decoder.Decode(block, call);
        if (call != null && endsStream)
        {
            End(call, call.EndStatus());
        }
    }

    private void End(ClientCall call, Exception? failure)
    {
        lock (_gate)
        {
            if (call.Ended)
            {
                return;
            }

            EndLocked(call);
            if (!call.HalfClosed)
            {
                AppendReset(call.StreamId, Http2.ErrorCancel);
            }
        }

        call.Complete(failure);
    }

    private void OnReset(int streamId, uint error)
    {
        ClientCall? call = Find(streamId);
        if (call == null)
        {
            return;
        }

        StatusCode code = error switch
        {
            Http2.ErrorRefusedStream => StatusCode.Unavailable,
            Http2.ErrorCancel => StatusCode.Canceled,
            Http2.ErrorEnhanceYourCalm => StatusCode.ResourceExhausted,
            Http2.ErrorInadequateSecurity => StatusCode.PermissionDenied,
            _ => StatusCode.Internal,
        };
        lock (_gate)
        {
            // The server has closed the stream in both directions: no reset is owed.
            call.HalfClosed = true;
        }

        End(call, new GrpcCallException(code, $"stream terminated by RST_STREAM with error code {error}"));
    }
}
