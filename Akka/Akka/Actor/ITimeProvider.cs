namespace Akka.Actor;

public interface ITimeProvider
{
    TimeSpan HighResMonotonicClock { get; }

    TimeSpan MonotonicClock { get; }

    DateTimeOffset Now { get; }
}
