using Akka.TestKit.Internal;

namespace Akka.TestKit;

public abstract partial class TestKitBase
{
    /// <summary>Takes the next message, which must equal one of <paramref name="messages"/>.</summary>
    public T ExpectMsgAnyOf<T>(IEnumerable<T> messages, CancellationToken cancellationToken = default)
    {
        var max = RemainingOrDefault;
        return VerifyAnyOf(ReceiveOne(max, cancellationToken), messages, max);
    }

    public async ValueTask<T> ExpectMsgAnyOfAsync<T>(
        IEnumerable<T> messages, CancellationToken cancellationToken = default)
    {
        var max = RemainingOrDefault;
        return VerifyAnyOf(await ReceiveOneAsync(max, cancellationToken).ConfigureAwait(false), messages, max);
    }

    /// <summary>Takes as many messages as are given, which must equal them in any order.</summary>
    public IReadOnlyCollection<T> ExpectMsgAllOf<T>(params T[] messages) =>
        VerifyAllOf(TakeN(messages.Length, RemainingOrDefault, CancellationToken.None), messages);

    public IReadOnlyCollection<T> ExpectMsgAllOf<T>(
        IReadOnlyCollection<T> messages, CancellationToken cancellationToken = default) =>
        VerifyAllOf(TakeN(messages.Count, RemainingOrDefault, cancellationToken), messages);

    public IReadOnlyCollection<T> ExpectMsgAllOf<T>(TimeSpan max, params T[] messages) =>
        ExpectMsgAllOf(max, (IReadOnlyCollection<T>)messages);

    public IReadOnlyCollection<T> ExpectMsgAllOf<T>(
        TimeSpan max, IReadOnlyCollection<T> messages, CancellationToken cancellationToken = default)
    {
        max.EnsureIsPositiveFinite(nameof(max));
        return VerifyAllOf(TakeN(messages.Count, Dilated(max), cancellationToken), messages);
    }

    private T VerifyAnyOf<T>(object? message, IEnumerable<T> messages, TimeSpan max)
    {
        _assertions.AssertTrue(
            message is not null,
            "Timeout {0} during waiting for ExpectMsgAnyOf waiting for ({1})",
            max,
            string.Join(",", messages));
        _assertions.AssertTrue(
            message is T typed && messages.Contains(typed), "ExpectMsgAnyOf found unexpected {0}", message);
        return (T)message!;
    }

    private List<T> VerifyAllOf<T>(List<object> received, IReadOnlyCollection<T> messages)
    {
        var missing = messages.ToList();
        var unexpected = new List<object>();
        foreach (var message in received)
        {
            if (message is not T typed || !missing.Remove(typed))
            {
                unexpected.Add(message);
            }
        }

        if (missing.Count > 0 || unexpected.Count > 0)
        {
            var notFound = missing.Count == 0 ? "" : $"not found [{string.Join(", ", missing)}] ";
            var found = unexpected.Count == 0 ? "" : $"found unexpected [{string.Join(", ", unexpected)}]";
            _assertions.Fail("{0}", notFound + found);
        }

        return received.Cast<T>().ToList();
    }
}
