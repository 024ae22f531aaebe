using Akka.Actor;

namespace Akka.TestKit;

/// <summary>Returned by a pilot that wants to see the next message too.</summary>
public sealed class KeepRunning : AutoPilot
{
#pragma warning disable CA2211 // a field in Akka.NET as well
    public static KeepRunning Instance = new();
#pragma warning restore CA2211

    private KeepRunning()
    {
    }

    public override AutoPilot Run(IActorRef sender, object message) =>
        throw new InvalidOperationException("KeepRunning is a marker; it cannot be run.");
}
