using Akka.Actor;

namespace Akka.Remote.TestKit.Internals;

/// <summary>The nodes will not meet at this barrier.</summary>
internal sealed class BarrierFailedException : AkkaException
{
    public BarrierFailedException(string message)
        : base(message)
    {
    }
}
