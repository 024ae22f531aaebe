using Akka.Remote.Transport;

namespace Akka.Remote.TestKit.Internals;

/// <summary>What the conductor wants of a node.</summary>
internal abstract record NodeCommand;

internal sealed record ThrottleNode(RoleName Target, ThrottleTransportAdapter.Direction Direction, float RateMBit)
    : NodeCommand;

internal sealed record DisconnectNode(RoleName Target, bool Abort) : NodeCommand;

internal sealed record EndNode(int? ExitValue, bool Abort) : NodeCommand;

internal sealed record ForgetNode : NodeCommand
{
    public static readonly ForgetNode Instance = new();
}

internal sealed record CommandNode(RoleName Node, NodeCommand Command);

internal sealed record AskNodes
{
    public static readonly AskNodes Instance = new();
}

/// <summary>The time of a barrier is up.</summary>
internal sealed record BarrierDue(int Generation);
