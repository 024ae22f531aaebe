using Akka.Actor;
using Akka.Event;
using Akka.TestKit.TestEvent;

namespace Akka.TestKit.Internal;

/// <summary>Mutes its filters around a block and counts their matches.</summary>
public class InternalEventFilterApplier : IEventFilterApplier
{
    private readonly TestKitBase _testkit;
    private readonly ActorSystem _system;
    private readonly IReadOnlyList<EventFilterBase> _filters;

    public InternalEventFilterApplier(
        TestKitBase testkit, ActorSystem system, IReadOnlyList<EventFilterBase> filters)
    {
        _testkit = testkit;
        _system = system;
        _filters = filters;
    }

    public EventFilterFactory And => new(_testkit, _system, _filters);

    public void ExpectOne(Action action, CancellationToken cancellationToken = default) =>
        Expect(1, action, cancellationToken);

    public void ExpectOne(TimeSpan timeout, Action action, CancellationToken cancellationToken = default) =>
        Expect(1, timeout, action, cancellationToken);

    public T ExpectOne<T>(Func<T> func, CancellationToken cancellationToken = default) =>
        Expect(1, func, cancellationToken);

    public T ExpectOne<T>(TimeSpan timeout, Func<T> func, CancellationToken cancellationToken = default) =>
        Expect(1, timeout, func, cancellationToken);

    public Task ExpectOneAsync(Func<Task> action, CancellationToken cancellationToken = default) =>
        ExpectAsync(1, action, cancellationToken);

    public Task ExpectOneAsync(TimeSpan timeout, Func<Task> action, CancellationToken cancellationToken = default) =>
        ExpectAsync(1, timeout, action, cancellationToken);

    public void Expect(int expectedCount, Action action, CancellationToken cancellationToken = default) =>
        Intercept(AsFunc(action), null, expectedCount, cancellationToken);

    public void Expect(
        int expectedCount, TimeSpan timeout, Action action, CancellationToken cancellationToken = default) =>
        Intercept(AsFunc(action), timeout, expectedCount, cancellationToken);

    public T Expect<T>(int expectedCount, Func<T> func, CancellationToken cancellationToken = default) =>
        Intercept(func, null, expectedCount, cancellationToken);

    public T Expect<T>(
        int expectedCount, TimeSpan timeout, Func<T> func, CancellationToken cancellationToken = default) =>
        Intercept(func, timeout, expectedCount, cancellationToken);

    public Task ExpectAsync(
        int expectedCount, Func<Task> actionAsync, CancellationToken cancellationToken = default) =>
        InterceptAsync(actionAsync, null, expectedCount, cancellationToken);

    public Task ExpectAsync(
        int expectedCount, TimeSpan timeout, Func<Task> action, CancellationToken cancellationToken = default) =>
        InterceptAsync(action, timeout, expectedCount, cancellationToken);

    public void Mute(Action action, CancellationToken cancellationToken = default) =>
        Intercept(AsFunc(action), null, null, cancellationToken);

    public T Mute<T>(Func<T> func, CancellationToken cancellationToken = default) =>
        Intercept(func, null, null, cancellationToken);

    public Task MuteAsync(Func<Task> action, CancellationToken cancellationToken = default) =>
        InterceptAsync(action, null, null, cancellationToken);

    public IUnmutableFilter Mute()
    {
        _system.EventStream.Publish(new Mute(_filters));
        return new InternalUnmutableFilter(_filters, _system);
    }

    private static Func<bool> AsFunc(Action action) => () =>
    {
        action();
        return true;
    };

    private T Intercept<T>(Func<T> func, TimeSpan? timeout, int? expected, CancellationToken cancellationToken)
    {
        using var counting = new Counting(_filters, _system);
        var result = func();
        if (expected is { } count)
        {
            var wait = WaitFor(timeout);
            var exceeded = _testkit.AwaitConditionNoThrow(
                () => counting.IsDone(count), wait, cancellationToken: cancellationToken);
            Verify(counting, count, wait, exceeded);
        }

        return result;
    }

    private async Task InterceptAsync(
        Func<Task> func, TimeSpan? timeout, int? expected, CancellationToken cancellationToken)
    {
        using var counting = new Counting(_filters, _system);
        await func().ConfigureAwait(false);
        if (expected is { } count)
        {
            var wait = WaitFor(timeout);
            var exceeded = await _testkit.AwaitConditionNoThrowAsync(
                () => counting.IsDone(count), wait, cancellationToken: cancellationToken).ConfigureAwait(false);
            Verify(counting, count, wait, exceeded);
        }
    }

    private TimeSpan WaitFor(TimeSpan? timeout) =>
        timeout is { } given ? _testkit.Dilated(given) : TestKitExtension.For(_testkit.Sys).TestEventFilterLeeway;

    private void Verify(Counting counting, int expected, TimeSpan waited, bool done)
    {
        var received = counting.Received;
        if (received == expected && done == (expected > 0))
        {
            return;
        }

        var filters = string.Join(",", _filters);
        var message = received < expected
            ? $"Timeout ({waited}) while waiting for messages. Only received {received}/{expected} messages that matched filter [{filters}]"
            : $"Received {Plural(received - expected)} too many. Expected {Plural(expected)} but received {received} that matched filter [{filters}]";
        TestKitAssertionsExtension.For(_testkit.Sys).Assertions.Fail("{0}", message);
    }

    private static string Plural(int number) => number == 1 ? "1 message" : $"{number} messages";

    /// <summary>Counts matches from its creation, with the filters muted, until it is disposed.</summary>
    private sealed class Counting : IDisposable
    {
        private readonly IReadOnlyList<EventFilterBase> _filters;
        private readonly ActorSystem _system;
        private int _received;

        public Counting(IReadOnlyList<EventFilterBase> filters, ActorSystem system)
        {
            _filters = filters;
            _system = system;
            foreach (var filter in filters)
            {
                filter.EventMatched += Count;
            }

            system.EventStream.Publish(new Mute(filters));
        }

        public int Received => Volatile.Read(ref _received);

        /// <summary>Enough have come, or, when none is expected, one too many.</summary>
        public bool IsDone(int expected) => Received >= Math.Max(1, expected);

        public void Dispose()
        {
            foreach (var filter in _filters)
            {
                filter.EventMatched -= Count;
            }

            _system.EventStream.Publish(new Unmute(_filters));
        }

        private void Count(EventFilterBase filter, LogEvent logEvent) => Interlocked.Increment(ref _received);
    }

    private sealed class InternalUnmutableFilter(IReadOnlyList<EventFilterBase> filters, ActorSystem system)
        : IUnmutableFilter
    {
        private int _unmuted;

        public void Unmute()
        {
            if (Interlocked.Exchange(ref _unmuted, 1) == 0)
            {
                system.EventStream.Publish(new Unmute(filters));
            }
        }

        public void Dispose() => Unmute();
    }
}
