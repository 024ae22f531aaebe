using Akka.Configuration;
using Akka.Dispatch;

namespace ActorEtcd.Specs.Sim;

/// <summary>Makes the executors of a member's dispatchers.</summary>
public sealed class SimExecutorConfigurator(Config config, IDispatcherPrerequisites prerequisites)
    : ExecutorServiceConfigurator(config, prerequisites)
{
    public override ExecutorService Produce(string id)
    {
        SimMember member = ((SimScheduler)Prerequisites.Scheduler).Member;
        return new SimExecutor(id, member, member.Life);
    }
}
