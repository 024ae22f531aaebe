using Akka.TestKit.Internal;

namespace Akka.TestKit;

public abstract partial class TestKitBase
{
    /// <summary>Runs a block that must take at most <paramref name="max"/>; it is the limit of all waits inside.</summary>
    public void Within(
        TimeSpan max, Action action, TimeSpan? epsilonValue = null, CancellationToken cancellationToken = default) =>
        Within(TimeSpan.Zero, max, action, null, epsilonValue, cancellationToken);

    public void Within(
        TimeSpan min,
        TimeSpan max,
        Action action,
        string? hint = null,
        TimeSpan? epsilonValue = null,
        CancellationToken cancellationToken = default) =>
        Within(
            min,
            max,
            () =>
            {
                action();
                return true;
            },
            hint,
            epsilonValue,
            cancellationToken);

    public T Within<T>(
        TimeSpan max,
        Func<T> function,
        TimeSpan? epsilonValue = null,
        CancellationToken cancellationToken = default) =>
        Within(TimeSpan.Zero, max, function, null, epsilonValue, cancellationToken);

    public T Within<T>(
        TimeSpan min,
        TimeSpan max,
        Func<T> function,
        string? hint = null,
        TimeSpan? epsilonValue = null,
        CancellationToken cancellationToken = default)
    {
        var block = EnterBlock(min, max, hint);
        T result;
        try
        {
            result = function();
        }
        finally
        {
            _end = block.OuterEnd;
        }

        CheckBlock(block, min, hint, epsilonValue);
        return result;
    }

    public Task WithinAsync(
        TimeSpan max,
        Func<Task> actionAsync,
        TimeSpan? epsilonValue = null,
        CancellationToken cancellationToken = default) =>
        WithinAsync(TimeSpan.Zero, max, actionAsync, null, epsilonValue, cancellationToken);

    public Task WithinAsync(
        TimeSpan min,
        TimeSpan max,
        Func<Task> actionAsync,
        string? hint = null,
        TimeSpan? epsilonValue = null,
        CancellationToken cancellationToken = default) =>
        WithinAsync(
            min,
            max,
            async () =>
            {
                await actionAsync().ConfigureAwait(false);
                return true;
            },
            hint,
            epsilonValue,
            cancellationToken);

    public Task<T> WithinAsync<T>(
        TimeSpan max,
        Func<Task<T>> function,
        TimeSpan? epsilonValue = null,
        CancellationToken cancellationToken = default) =>
        WithinAsync(TimeSpan.Zero, max, function, null, epsilonValue, cancellationToken);

    public async Task<T> WithinAsync<T>(
        TimeSpan min,
        TimeSpan max,
        Func<Task<T>> function,
        string? hint = null,
        TimeSpan? epsilonValue = null,
        CancellationToken cancellationToken = default)
    {
        var block = EnterBlock(min, max, hint);
        T result;
        try
        {
            // The grace lets a block that is only slightly late finish and fail with its own duration.
            result = await function()
                .WaitAsync(block.Max + TimeSpan.FromMilliseconds(200), cancellationToken)
                .ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            result = default!;
        }
        finally
        {
            _end = block.OuterEnd;
        }

        CheckBlock(block, min, hint, epsilonValue);
        return result;
    }

    private TimedBlock EnterBlock(TimeSpan min, TimeSpan max, string? hint)
    {
        min.EnsureIsPositiveFinite(nameof(min));
        max.EnsureIsPositiveFinite(nameof(max));
        var start = Now;
        var outerEnd = _end;
        var left = outerEnd is { } end ? end - start : Timeout.InfiniteTimeSpan;
        _assertions.AssertTrue(
            left == Timeout.InfiniteTimeSpan || left >= min,
            "Required min time {0} not possible, only {1} left. {2}",
            min,
            left,
            hint ?? "");
        _lastWasNoMsg = false;
        var limit = Dilated(max).Min(left);
        _end = start + limit;
        return new TimedBlock(start, limit, outerEnd);
    }

    private void CheckBlock(TimedBlock block, TimeSpan min, string? hint, TimeSpan? epsilon)
    {
        var elapsed = Now - block.Start;
        if (elapsed < min)
        {
            _assertions.Fail(
                "Failed: Block took {0}, should have at least been {1}. {2}", elapsed, min, hint ?? "");
        }

        if (!_lastWasNoMsg && elapsed > block.Max + (epsilon ?? TimeSpan.Zero))
        {
            _assertions.Fail("Failed: Block took {0}, exceeding {1}. {2}", elapsed, block.Max, hint ?? "");
        }
    }

    private readonly record struct TimedBlock(TimeSpan Start, TimeSpan Max, TimeSpan? OuterEnd);
}
