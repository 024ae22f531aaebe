namespace Akka.Actor;

public interface IDateTimeOffsetNowTimeProvider : ITimeProvider
{
}
