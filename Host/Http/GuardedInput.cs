using System.IO.Pipelines;
using System.Runtime.CompilerServices;

namespace ActorEtcd.Host.Http;

/// <summary>A connection's input that shows every byte to its guard, once.</summary>
internal sealed class GuardedInput(PipeReader inner, PingGuard guard) : PipeReader
{
    private ReadResult _last;

    // Bytes at the beginning of the next result that the guard has seen: what the reader left where it was.
    private long _seen;

    public override bool TryRead(out ReadResult result)
    {
        if (!inner.TryRead(out result))
        {
            return false;
        }

        Show(result);
        return true;
    }

    public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        var read = inner.ReadAsync(cancellationToken);
        return read.IsCompletedSuccessfully ? new ValueTask<ReadResult>(Show(read.Result)) : ShowWhenDoneAsync(read);
    }

    public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        _seen = _last.Buffer.Slice(consumed).Length;
        inner.AdvanceTo(consumed, examined);
    }

    public override void CancelPendingRead() => inner.CancelPendingRead();

    public override void Complete(Exception? exception = null) => inner.Complete(exception);

    public override ValueTask CompleteAsync(Exception? exception = null) => inner.CompleteAsync(exception);

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<ReadResult> ShowWhenDoneAsync(ValueTask<ReadResult> read) => Show(await read);

    private ReadResult Show(in ReadResult result)
    {
        _last = result;
        if (result.Buffer.Length > _seen)
        {
            guard.Received(result.Buffer.Slice(_seen));
        }

        return result;
    }
}
