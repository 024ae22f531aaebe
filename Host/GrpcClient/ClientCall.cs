using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using ActorEtcd.Host.Grpc;

namespace ActorEtcd.Host.GrpcClient;

/// <summary>
/// One stream of a connection, seen from the client: collects headers, cuts messages out of DATA frames and knows
/// how it ended. Frames arrive on the connection's reader only; sending state is guarded by the connection's gate.
/// </summary>
internal abstract class ClientCall
{
    private const int MessageHeaderSize = 5;
    private const string CutOff = "the stream ended without a status";

    private byte[] _partial = [];
    private int _partialCount;
    private int _httpStatus;
    private int _grpcStatus;
    private string _grpcMessage = "";

    protected ClientCall(Http2Connection connection, MethodState method)
    {
        Connection = connection;
        MethodState = method;
        Reset();
    }

    public Http2Connection Connection { get; }

    public MethodState MethodState { get; }

    public int StreamId { get; set; }

    /// <summary>Bytes that the server still accepts on this stream. Guarded by the gate.</summary>
    public long SendWindow { get; set; }

    /// <summary>Framed messages that wait for window. Guarded by the gate.</summary>
    public Queue<PendingSend>? Unsent { get; set; }

    /// <summary>Set once, under the gate, by whoever ends the call. Guarded by the gate.</summary>
    public bool Ended { get; set; }

    /// <summary>The client has sent (or queued) its last message. Guarded by the gate.</summary>
    public bool HalfClosed { get; set; }

    public Timer? DeadlineTimer { get; set; }

    public CancellationTokenRegistration Cancellation { get; set; }

    public string? TimeoutHeader { get; set; }

    public IReadOnlyList<KeyValuePair<string, string>>? Metadata { get; set; }

    /// <summary>True while received bytes are credited to the server only when the application has read them.</summary>
    public abstract bool CreditsOnRead { get; }

    /// <summary>
    /// Bytes of the message under way that were credited before it was whole, since a message that does not fit the window
    /// would never be.
    /// </summary>
    protected int CreditedEarly { get; set; }

    /// <summary>Bytes received since the last credit of this stream.</summary>
    public int Uncredited { get; set; }

    public void OnHeader(HeaderField field)
    {
        switch (field.Kind)
        {
            case HeaderKind.HttpStatus:
                _httpStatus = field.Number;
                break;
            case HeaderKind.GrpcStatus:
                _grpcStatus = field.Number;
                break;
            case HeaderKind.GrpcMessage:
                _grpcMessage = field.Value.Length == 0 ? "" : Unescape(field.Value);
                break;
            default:
                break;
        }
    }

    /// <summary>Takes the payload of a DATA frame. Throws when it is not a sequence of gRPC messages.</summary>
    public void OnData(ReadOnlySpan<byte> payload)
    {
        if (_partialCount == 0)
        {
            payload = TakeMessages(payload);
            if (payload.IsEmpty)
            {
                return;
            }
        }

        AppendPartial(payload);
        ReadOnlySpan<byte> rest = TakeMessages(_partial.AsSpan(0, _partialCount));
        int taken = _partialCount - rest.Length;
        if (taken > 0)
        {
            rest.CopyTo(_partial);
            _partialCount = rest.Length;
            if (_partialCount == 0)
            {
                ReleasePartial();
            }
        }
    }

    /// <summary>What is to be credited at once of a message that the window may have no room for; 0 for all others.</summary>
    public int TakeEarlyCredit()
    {
        if (_partialCount < MessageHeaderSize
            || BinaryPrimitives.ReadUInt32BigEndian(_partial.AsSpan(1)) < Connection.Options.StreamWindowBytes / 2)
        {
            return 0;
        }

        int credit = _partialCount - CreditedEarly;
        CreditedEarly = _partialCount;
        return credit;
    }

    /// <summary>The server's status once its last frame has arrived, or null for OK.</summary>
    public GrpcCallException? EndStatus()
    {
        if (_grpcStatus == (int)StatusCode.OK && _partialCount == 0)
        {
            return null;
        }

        if (_grpcStatus >= 0)
        {
            return _grpcStatus == 0
                ? new GrpcCallException(StatusCode.Internal, CutOff)
                : new GrpcCallException((StatusCode)_grpcStatus, _grpcMessage);
        }

        return _httpStatus == 200
            ? new GrpcCallException(StatusCode.Internal, CutOff)
            : new GrpcCallException(CodeOfHttp(_httpStatus), $"HTTP status {_httpStatus}");
    }

    /// <summary>Ends the call for whoever awaits it: null means OK. Called once, outside the gate.</summary>
    public void Complete(Exception? failure)
    {
        DeadlineTimer?.Dispose();
        Cancellation.Unregister();
        ReleasePartial();
        OnCompleted(failure);
    }

    protected abstract void OnMessage(ReadOnlySpan<byte> message);

    protected abstract void OnCompleted(Exception? failure);

    protected void Reset()
    {
        _httpStatus = 0;
        _grpcStatus = -1;
        _grpcMessage = "";
        Ended = false;
        HalfClosed = false;
        Uncredited = 0;
        CreditedEarly = 0;
    }

    private static StatusCode CodeOfHttp(int status)
    {
        return status switch
        {
            400 => StatusCode.Internal,
            401 => StatusCode.Unauthenticated,
            403 => StatusCode.PermissionDenied,
            404 => StatusCode.Unimplemented,
            429 or 502 or 503 or 504 => StatusCode.Unavailable,
            _ => StatusCode.Unknown,
        };
    }

    private static string Unescape(ReadOnlySpan<byte> value)
    {
        if (!value.Contains((byte)'%'))
        {
            return Encoding.UTF8.GetString(value);
        }

        var bytes = new byte[value.Length];
        int count = 0;
        for (int i = 0; i < value.Length; i++)
        {
            bool escaped = value[i] == '%' && i + 2 < value.Length
                && char.IsAsciiHexDigit((char)value[i + 1]) && char.IsAsciiHexDigit((char)value[i + 2]);
            if (escaped)
            {
                bytes[count++] = Convert.FromHexString(Encoding.ASCII.GetString(value.Slice(i + 1, 2)))[0];
                i += 2;
            }
            else
            {
                bytes[count++] = value[i];
            }
        }

        return Encoding.UTF8.GetString(bytes, 0, count);
    }

    private ReadOnlySpan<byte> TakeMessages(ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length >= MessageHeaderSize)
        {
            if (bytes[0] != 0)
            {
                throw new GrpcCallException(StatusCode.Internal, "compressed response, but none was asked for");
            }

            uint length = BinaryPrimitives.ReadUInt32BigEndian(bytes[1..]);
            if (length > (uint)Connection.Options.ResponseBytesMax)
            {
                throw new GrpcCallException(
                    StatusCode.ResourceExhausted,
                    $"grpc: received message larger than max ({length} vs. {Connection.Options.ResponseBytesMax})");
            }

            if (bytes.Length - MessageHeaderSize < length)
            {
                break;
            }

            OnMessage(bytes.Slice(MessageHeaderSize, (int)length));
            bytes = bytes[(MessageHeaderSize + (int)length)..];
        }

        return bytes;
    }

    private void AppendPartial(ReadOnlySpan<byte> bytes)
    {
        int needed = _partialCount + bytes.Length;
        if (needed > _partial.Length)
        {
            byte[] larger = ArrayPool<byte>.Shared.Rent(Math.Max(needed, _partial.Length * 2));
            _partial.AsSpan(0, _partialCount).CopyTo(larger);
            int count = _partialCount;
            ReleasePartial();
            _partial = larger;
            _partialCount = count;
        }

        bytes.CopyTo(_partial.AsSpan(_partialCount));
        _partialCount = needed;
    }

    private void ReleasePartial()
    {
        if (_partial.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_partial);
            _partial = [];
        }

        _partialCount = 0;
    }
}
