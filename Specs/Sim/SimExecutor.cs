using Akka.Dispatch;

namespace ActorEtcd.Specs.Sim;

/// <summary>Gives every turn of every actor to the simulation, which decides when it runs.</summary>
internal sealed class SimExecutor(string id, SimMember member, int life) : ExecutorService(id)
{
    private readonly bool _isDisk = id == SimConfig.DiskDispatcher;

    public override void Execute(IRunnable run)
    {
        if (_isDisk)
        {
            member.After(life, member.World.DiskTurn(), run.Run);
        }
        else
        {
            member.Ready(life, run.Run);
        }
    }

    public override void Shutdown()
    {
    }
}
