using ActorEtcd.Persistence.Journal;

namespace ActorEtcd.Specs.Sim;

/// <summary>Nothing that the simulated disk does is a reason for the log to fail, but the loss of power.</summary>
internal sealed class SimFatalHandler(SimMember member) : IFatalHandler
{
    public void Fatal(string message, Exception cause)
    {
        if (cause is not SimPowerLostException)
        {
            member.World.Fail($"member {member.Number + 1}: {message}: {cause}");
        }
    }
}
