using Akka.Annotations;

namespace Akka.Actor.Internal;

[InternalApi]
public class InternalActivateFsmLogging
{
    private InternalActivateFsmLogging()
    {
    }

    public static InternalActivateFsmLogging Instance { get; } = new();
}
