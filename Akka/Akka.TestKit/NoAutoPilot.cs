using Akka.Actor;

namespace Akka.TestKit;

/// <summary>Returned by a pilot that is done.</summary>
public sealed class NoAutoPilot : AutoPilot
{
#pragma warning disable CA2211 // a field in Akka.NET as well
    public static NoAutoPilot Instance = new();
#pragma warning restore CA2211

    private NoAutoPilot()
    {
    }

    public override AutoPilot Run(IActorRef sender, object message) => this;
}
