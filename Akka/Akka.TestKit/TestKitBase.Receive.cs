using System.Runtime.CompilerServices;
using Akka.TestKit.Internal;

namespace Akka.TestKit;

public abstract partial class TestKitBase
{
    /// <summary>Null when nothing arrives in time.</summary>
    public object? ReceiveOne(TimeSpan? max = null, CancellationToken cancellationToken = default) =>
        TryReceiveOne(out var envelope, max, cancellationToken) ? envelope.Message : null;

    public async ValueTask<object?> ReceiveOneAsync(
        TimeSpan? max = null, CancellationToken cancellationToken = default)
    {
        var (success, envelope) = await TryReceiveOneAsync(max, cancellationToken).ConfigureAwait(false);
        return success ? envelope.Message : null;
    }

    public bool TryReceiveOne(
        out MessageEnvelope envelope, TimeSpan? max = null, CancellationToken cancellationToken = default) =>
        Remember(_queue.Take(GetTimeoutOrDefault(max), cancellationToken), out envelope);

    public async ValueTask<(bool success, MessageEnvelope envelope)> TryReceiveOneAsync(
        TimeSpan? max, CancellationToken cancellationToken = default)
    {
        var taken = await _queue.TakeAsync(GetTimeoutOrDefault(max), cancellationToken).ConfigureAwait(false);
        return (Remember(taken, out var envelope), envelope);
    }

    /// <summary>Null when nothing arrives in time. The message stays for the next expectation.</summary>
    public object? PeekOne(TimeSpan? max = null, CancellationToken cancellationToken = default) =>
        TryPeekOne(out var envelope, max, cancellationToken) ? envelope.Message : null;

    public object? PeekOne(CancellationToken cancellationToken) => PeekOne(null, cancellationToken);

    public bool TryPeekOne(out MessageEnvelope envelope, TimeSpan? max, CancellationToken cancellationToken) =>
        Remember(_queue.Peek(GetTimeoutOrDefault(max), cancellationToken), out envelope);

    /// <summary>Takes messages, and drops those that do not match, until one matches.</summary>
    public object FishForMessage(
        Predicate<object> isMessage,
        TimeSpan? max = null,
        string hint = "",
        CancellationToken cancellationToken = default) =>
        FishForMessage<object>(isMessage, max, hint, cancellationToken);

    public T FishForMessage<T>(
        Predicate<T> isMessage,
        TimeSpan? max = null,
        string hint = "",
        CancellationToken cancellationToken = default)
    {
        var wait = RemainingOrDilated(max);
        var end = Now + wait;
        while (true)
        {
            var message = ReceiveOne(NotNegative(end - Now), cancellationToken);
            if (Fished(message, isMessage, wait, hint, out var fish))
            {
                return fish;
            }
        }
    }

    public ValueTask<object> FishForMessageAsync(
        Predicate<object> isMessage,
        TimeSpan? max = null,
        string hint = "",
        CancellationToken cancellationToken = default) =>
        FishForMessageAsync<object>(isMessage, max, hint, cancellationToken);

    public async ValueTask<T> FishForMessageAsync<T>(
        Predicate<T> isMessage,
        TimeSpan? max = null,
        string hint = "",
        CancellationToken cancellationToken = default)
    {
        var wait = RemainingOrDilated(max);
        var end = Now + wait;
        while (true)
        {
            var message = await ReceiveOneAsync(NotNegative(end - Now), cancellationToken).ConfigureAwait(false);
            if (Fished(message, isMessage, wait, hint, out var fish))
            {
                return fish;
            }
        }
    }

    public IReadOnlyCollection<object> ReceiveN(int numberOfMessages, CancellationToken cancellationToken = default) =>
        TakeN(numberOfMessages, RemainingOrDefault, cancellationToken);

    public IReadOnlyCollection<object> ReceiveN(
        int numberOfMessages, TimeSpan max, CancellationToken cancellationToken = default)
    {
        max.EnsureIsPositiveFinite(nameof(max));
        return TakeN(numberOfMessages, Dilated(max), cancellationToken);
    }

    public IAsyncEnumerable<object> ReceiveNAsync(
        int numberOfMessages, CancellationToken cancellationToken = default) =>
        TakeNAsync(numberOfMessages, RemainingOrDefault, cancellationToken);

    public IAsyncEnumerable<object> ReceiveNAsync(
        int numberOfMessages, TimeSpan max, CancellationToken cancellationToken = default)
    {
        max.EnsureIsPositiveFinite(nameof(max));
        return TakeNAsync(numberOfMessages, Dilated(max), cancellationToken);
    }

    /// <summary>Takes messages for as long as the filter makes something of them; the first that it does not stays.</summary>
    public IReadOnlyList<T> ReceiveWhile<T>(
        TimeSpan? max,
        Func<object, T?> filter,
        int msgs = int.MaxValue,
        CancellationToken cancellationToken = default) =>
        ReceiveWhile(filter, max, null, msgs, cancellationToken);

    public IReadOnlyList<T> ReceiveWhile<T>(
        TimeSpan? max,
        TimeSpan? idle,
        Func<object, T?> filter,
        int msgs = int.MaxValue,
        CancellationToken cancellationToken = default) =>
        ReceiveWhile(filter, max, idle, msgs, cancellationToken);

    public IReadOnlyList<T> ReceiveWhile<T>(
        Func<object, T?> filter,
        TimeSpan? max = null,
        TimeSpan? idle = null,
        int msgs = int.MaxValue,
        CancellationToken cancellationToken = default)
    {
        var received = new List<T>();
        TakeWhile(
            message =>
            {
                if (filter(message) is not { } result)
                {
                    return false;
                }

                received.Add(result);
                return true;
            },
            () => received.Count < msgs,
            RemainingOrDilated(max),
            idle,
            cancellationToken);
        return received;
    }

    public IReadOnlyList<T> ReceiveWhile<T>(
        Predicate<T> shouldContinue,
        TimeSpan? max = null,
        TimeSpan? idle = null,
        int msgs = int.MaxValue,
        bool shouldIgnoreOtherMessageTypes = true,
        CancellationToken cancellationToken = default)
    {
        var received = new List<T>();
        TakeWhile(
            message =>
            {
                if (message is not T typed)
                {
                    return shouldIgnoreOtherMessageTypes;
                }

                if (!shouldContinue(typed))
                {
                    return false;
                }

                received.Add(typed);
                return true;
            },
            () => received.Count < msgs,
            RemainingOrDilated(max),
            idle,
            cancellationToken);
        return received;
    }

    private static TimeSpan NotNegative(TimeSpan left) => left < TimeSpan.Zero ? TimeSpan.Zero : left;

    private bool Remember(MessageEnvelope? taken, out MessageEnvelope envelope)
    {
        _lastWasNoMsg = false;
        envelope = taken ?? NullMessageEnvelope.Instance;
        _lastMessage = envelope;
        return taken is not null;
    }

    private bool Fished<T>(object? message, Predicate<T> isMessage, TimeSpan waited, string hint, out T fish)
    {
        if (message is null)
        {
            _assertions.Fail(
                "Timeout ({0}) during fishForMessage{1}", waited, string.IsNullOrEmpty(hint) ? "" : ", hint: " + hint);
        }

        if (message is T typed && isMessage(typed))
        {
            fish = typed;
            return true;
        }

        fish = default!;
        return false;
    }

    private List<object> TakeN(int number, TimeSpan max, CancellationToken cancellationToken)
    {
        var start = Now;
        var received = new List<object>(number);
        while (received.Count < number)
        {
            var message = ReceiveOne(NotNegative(start + max - Now), cancellationToken);
            received.Add(CheckNth(message, received.Count, number, max, start));
        }

        return received;
    }

    private async IAsyncEnumerable<object> TakeNAsync(
        int number, TimeSpan max, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var start = Now;
        for (var i = 0; i < number; i++)
        {
            var message = await ReceiveOneAsync(NotNegative(start + max - Now), cancellationToken)
                .ConfigureAwait(false);
            yield return CheckNth(message, i, number, max, start);
        }
    }

    private object CheckNth(object? message, int got, int number, TimeSpan max, TimeSpan start)
    {
        if (message is null)
        {
            _assertions.Fail(
                "Timeout ({0}) while expecting {1} messages. Only got {2} after {3}.", max, number, got, Now - start);
        }

        return message!;
    }

    private void TakeWhile(
        Func<object, bool> accept,
        Func<bool> wantsMore,
        TimeSpan max,
        TimeSpan? idle,
        CancellationToken cancellationToken)
    {
        var stop = Now + max;
        MessageEnvelope last = NullMessageEnvelope.Instance;
        while (wantsMore()
            && TryPeekOne(out var envelope, NotNegative(stop - Now).Min(idle), cancellationToken)
            && accept(envelope.Message!))
        {
            TryReceiveOne(out last, TimeSpan.Zero, cancellationToken);
        }

        _lastMessage = last;
        _lastWasNoMsg = true;
    }
}
