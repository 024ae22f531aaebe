using Akka.TestKit.Internal;

namespace Akka.TestKit;

public abstract partial class TestKitBase
{
    private static readonly TimeSpan DefaultInterval = TimeSpan.FromMilliseconds(100);

    /// <summary>Polls a condition until it holds; fails when it does not in time.</summary>
    public void AwaitCondition(Func<bool> conditionIsFulfilled, CancellationToken cancellationToken = default) =>
        AwaitCondition(conditionIsFulfilled, null, null, null, cancellationToken);

    public void AwaitCondition(
        Func<bool> conditionIsFulfilled, TimeSpan? max, CancellationToken cancellationToken = default) =>
        AwaitCondition(conditionIsFulfilled, max, null, null, cancellationToken);

    public void AwaitCondition(
        Func<bool> conditionIsFulfilled,
        TimeSpan? max,
        string? message,
        CancellationToken cancellationToken = default) =>
        AwaitCondition(conditionIsFulfilled, max, null, message, cancellationToken);

    public void AwaitCondition(
        Func<bool> conditionIsFulfilled,
        TimeSpan? max,
        TimeSpan? interval,
        string? message = null,
        CancellationToken cancellationToken = default)
    {
        var wait = RemainingOrDilated(max);
        if (!Poll(conditionIsFulfilled, wait, interval ?? wait / 10, cancellationToken))
        {
            FailCondition(wait, message);
        }
    }

    public Task AwaitConditionAsync(
        Func<bool> conditionIsFulfilled, CancellationToken cancellationToken = default) =>
        AwaitConditionAsync(AsTask(conditionIsFulfilled), null, null, null, cancellationToken);

    public Task AwaitConditionAsync(
        Func<Task<bool>> conditionIsFulfilled, CancellationToken cancellationToken = default) =>
        AwaitConditionAsync(conditionIsFulfilled, null, null, null, cancellationToken);

    public Task AwaitConditionAsync(
        Func<Task<bool>> conditionIsFulfilled, TimeSpan? max, CancellationToken cancellationToken = default) =>
        AwaitConditionAsync(conditionIsFulfilled, max, null, null, cancellationToken);

    public Task AwaitConditionAsync(
        Func<bool> conditionIsFulfilled,
        TimeSpan? max,
        string? message,
        CancellationToken cancellationToken = default) =>
        AwaitConditionAsync(AsTask(conditionIsFulfilled), max, null, message, cancellationToken);

    public Task AwaitConditionAsync(
        Func<Task<bool>> conditionIsFulfilled,
        TimeSpan? max,
        string? message,
        CancellationToken cancellationToken = default) =>
        AwaitConditionAsync(conditionIsFulfilled, max, null, message, cancellationToken);

    public Task AwaitConditionAsync(
        Func<bool> conditionIsFulfilled,
        TimeSpan? max,
        TimeSpan? interval,
        string? message = null,
        CancellationToken cancellationToken = default) =>
        AwaitConditionAsync(AsTask(conditionIsFulfilled), max, interval, message, cancellationToken);

    public async Task AwaitConditionAsync(
        Func<Task<bool>> conditionIsFulfilled,
        TimeSpan? max,
        TimeSpan? interval,
        string? message = null,
        CancellationToken cancellationToken = default)
    {
        var wait = RemainingOrDilated(max);
        if (!await PollAsync(conditionIsFulfilled, wait, interval ?? wait / 10, cancellationToken).ConfigureAwait(false))
        {
            FailCondition(wait, message);
        }
    }

#pragma warning disable CA1822 // instance methods in Akka.NET as well
    public bool AwaitConditionNoThrow(
        Func<bool> conditionIsFulfilled,
        TimeSpan max,
        TimeSpan? interval = null,
        CancellationToken cancellationToken = default) =>
        Poll(conditionIsFulfilled, max, interval ?? DefaultInterval, cancellationToken);

    public Task<bool> AwaitConditionNoThrowAsync(
        Func<bool> conditionIsFulfilled,
        TimeSpan max,
        TimeSpan? interval = null,
        CancellationToken cancellationToken = default) =>
        PollAsync(AsTask(conditionIsFulfilled), max, interval ?? DefaultInterval, cancellationToken);

    public Task<bool> AwaitConditionNoThrowAsync(
        Func<Task<bool>> conditionIsFulfilled,
        TimeSpan max,
        TimeSpan? interval = null,
        CancellationToken cancellationToken = default) =>
        PollAsync(conditionIsFulfilled, max, interval ?? DefaultInterval, cancellationToken);
#pragma warning restore CA1822

    /// <summary>Repeats an assertion until it does not throw; rethrows when it still throws at the end.</summary>
    public void AwaitAssert(
        Action assertion,
        TimeSpan? duration = null,
        TimeSpan? interval = null,
        CancellationToken cancellationToken = default)
    {
        var attempts = new Attempts(this, duration, interval);
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            try
            {
                assertion();
                return;
            }
            catch (Exception) when (attempts.MayRepeat())
            {
                Pause(attempts.Wait, cancellationToken);
            }
        }
    }

    public Task AwaitAssertAsync(
        Action assertion,
        TimeSpan? duration = null,
        TimeSpan? interval = null,
        CancellationToken cancellationToken = default) =>
        AwaitAssertAsync(
            () =>
            {
                assertion();
                return Task.CompletedTask;
            },
            duration,
            interval,
            cancellationToken);

    public async Task AwaitAssertAsync(
        Func<Task> assertion,
        TimeSpan? duration = null,
        TimeSpan? interval = null,
        CancellationToken cancellationToken = default)
    {
        var attempts = new Attempts(this, duration, interval);
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            try
            {
                await assertion().ConfigureAwait(false);
                return;
            }
            catch (Exception) when (attempts.MayRepeat())
            {
                await Task.Delay(attempts.Wait, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private static Func<Task<bool>> AsTask(Func<bool> condition) => () => Task.FromResult(condition());

    private static bool Poll(
        Func<bool> condition, TimeSpan max, TimeSpan interval, CancellationToken cancellationToken)
    {
        max.EnsureIsPositiveFinite(nameof(max));
        var stop = Now + max;
        while (!condition())
        {
            var left = stop - Now;
            if (left < TimeSpan.Zero)
            {
                return false;
            }

            Pause(left.Min(interval), cancellationToken);
        }

        return true;
    }

    private static async Task<bool> PollAsync(
        Func<Task<bool>> condition, TimeSpan max, TimeSpan interval, CancellationToken cancellationToken)
    {
        max.EnsureIsPositiveFinite(nameof(max));
        var stop = Now + max;
        while (!await condition().ConfigureAwait(false))
        {
            var left = stop - Now;
            if (left < TimeSpan.Zero)
            {
                return false;
            }

            await Task.Delay(left.Min(interval), cancellationToken).ConfigureAwait(false);
        }

        return true;
    }

    private static void Pause(TimeSpan wait, CancellationToken cancellationToken)
    {
        cancellationToken.WaitHandle.WaitOne(wait);
        cancellationToken.ThrowIfCancellationRequested();
    }

    private void FailCondition(TimeSpan waited, string? message) =>
        _assertions.Fail("Timeout {0} expired while waiting for condition.{1}", waited, message ?? "");

    private sealed class Attempts
    {
        private readonly TimeSpan _stop;
        private readonly TimeSpan _interval;

        public Attempts(TestKitBase testkit, TimeSpan? duration, TimeSpan? interval)
        {
            _interval = interval ?? DefaultInterval;
            var max = testkit.RemainingOrDilated(duration);
            _stop = Now + max;
            Wait = max.Min(_interval);
        }

        public TimeSpan Wait { get; private set; }

        public bool MayRepeat()
        {
            var left = _stop - Now;
            if (left <= TimeSpan.Zero)
            {
                return false;
            }

            Wait = left.Min(_interval);
            return true;
        }
    }
}
