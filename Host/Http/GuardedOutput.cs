using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;

namespace ActorEtcd.Host.Http;

/// <summary>
/// A connection's output that shows every byte to its guard, and into which the guard can put a GOAWAY.
/// Invariant: Kestrel flushes only between two frames, and never twice at a time.
/// </summary>
internal sealed class GuardedOutput(PipeWriter inner, PingGuard guard) : PipeWriter
{
    private const int FrameHeaderBytes = 9;
    private const byte GoAwayType = 7;
    private const int EnhanceYourCalm = 11;

    private Memory<byte> _handedOut;

    public override bool CanGetUnflushedBytes => inner.CanGetUnflushedBytes;

    public override long UnflushedBytes => inner.UnflushedBytes;

    // The words that gRPC clients look for, to ping less often from then on.
    private static ReadOnlySpan<byte> Reason => "too_many_pings"u8;

    public override void Advance(int bytes)
    {
        guard.Sent(_handedOut.Span[..bytes]);
        _handedOut = _handedOut[bytes..];
        inner.Advance(bytes);
    }

    public override Memory<byte> GetMemory(int sizeHint = 0) => _handedOut = inner.GetMemory(sizeHint);

    public override Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        if (guard.IsGoAwayDue)
        {
            WriteGoAway();
            guard.GoAwaySent();
        }

        return inner.FlushAsync(cancellationToken);
    }

    public override void CancelPendingFlush() => inner.CancelPendingFlush();

    public override void Complete(Exception? exception = null) => inner.Complete(exception);

    public override ValueTask CompleteAsync(Exception? exception = null) => inner.CompleteAsync(exception);

    private void WriteGoAway()
    {
        var length = (2 * sizeof(int)) + Reason.Length;
        var frame = new byte[FrameHeaderBytes + length];
        frame[2] = (byte)length;
        frame[3] = GoAwayType;
        var payload = frame.AsSpan(FrameHeaderBytes);
        BinaryPrimitives.WriteInt32BigEndian(payload, guard.LastStream);
        BinaryPrimitives.WriteInt32BigEndian(payload[sizeof(int)..], EnhanceYourCalm);
        Reason.CopyTo(payload[(2 * sizeof(int))..]);
        inner.Write(frame);
    }
}
