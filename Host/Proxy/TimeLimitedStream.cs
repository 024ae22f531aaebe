namespace ActorEtcd.Host.Proxy;

/// <summary>
/// A connection on which no single read or write takes longer than it may (etcd: <c>transport.NewTimeoutTransport</c>). How
/// long a whole request takes is another matter: a watch may wait for ever where reads may.
/// </summary>
/// <param name="inner">The connection, which goes with this one.</param>
/// <param name="readWithin">Time for a read; 0 for any.</param>
/// <param name="writeWithin">Time for a write; 0 for any.</param>
internal sealed class TimeLimitedStream(Stream inner, TimeSpan readWithin, TimeSpan writeWithin) : Stream
{
    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (readWithin == TimeSpan.Zero)
        {
            return await inner.ReadAsync(buffer, cancellationToken);
        }

        using var limit = Limit(readWithin, cancellationToken);
        try
        {
            return await inner.ReadAsync(buffer, limit.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new IOException($"nothing was read for {readWithin.TotalMilliseconds} ms");
        }
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (writeWithin == TimeSpan.Zero)
        {
            await inner.WriteAsync(buffer, cancellationToken);
            return;
        }

        using var limit = Limit(writeWithin, cancellationToken);
        try
        {
            await inner.WriteAsync(buffer, limit.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new IOException($"nothing was taken for {writeWithin.TotalMilliseconds} ms");
        }
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
        => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
        => WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => inner.Read(buffer, offset, count);

    public override void Write(byte[] buffer, int offset, int count) => inner.Write(buffer, offset, count);

    public override void Flush() => inner.Flush();

    public override Task FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            inner.Dispose();
        }

        base.Dispose(disposing);
    }

    private static CancellationTokenSource Limit(TimeSpan within, CancellationToken cancellation)
    {
        var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(within);
        return limit;
    }
}
