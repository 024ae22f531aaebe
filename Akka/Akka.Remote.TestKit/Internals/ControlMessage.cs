using Akka.Actor;
using Akka.Remote.Transport;

namespace Akka.Remote.TestKit.Internals;

/// <summary>What controller and clients say to each other over the control connection.</summary>
internal abstract record ControlMessage
{
    /// <summary>Client: who it is. Answered with <see cref="Done"/> when all nodes are there.</summary>
    public sealed record Hello(string Name, Address Address) : ControlMessage;

    public sealed record EnterBarrier(string Name, TimeSpan Timeout) : ControlMessage;

    public sealed record FailBarrier(string Name) : ControlMessage;

    public sealed record BarrierResult(string Name, bool Success, string Reason) : ControlMessage;

    public sealed record GetAddress(string Role) : ControlMessage;

    public sealed record AddressReply(string Role, Address Address) : ControlMessage;

    public sealed record Throttle(Address Target, ThrottleTransportAdapter.Direction Direction, float RateMBit)
        : ControlMessage;

    public sealed record Disconnect(Address Target, bool Abort) : ControlMessage;

    /// <summary>The process ends with this value, or, without one, the actor system does.</summary>
    public sealed record Terminate(int? ExitValue, bool Abort) : ControlMessage;

    /// <summary>The command was carried out, or why not.</summary>
    public sealed record Done(string Problem) : ControlMessage;
}
