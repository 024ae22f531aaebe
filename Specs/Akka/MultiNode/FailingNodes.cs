using Akka.Configuration;
using Akka.MultiNode.TestAdapter;
using Akka.Remote.TestKit;

namespace ActorEtcd.Specs.Akka.MultiNode;

internal sealed class FailingConfig : MultiNodeConfig
{
    public FailingConfig()
    {
        CommonConfig = ConfigurationFactory.ParseString("akka.testconductor.barrier-timeout = 10m");
        Role("good");
        Role("bad");
    }
}

/// <summary>Run by <see cref="RunnerSpec"/> alone: not public, so that nobody else discovers it.</summary>
#pragma warning disable xUnit1000
internal sealed class FailingNodes : MultiNodeSpec
#pragma warning restore xUnit1000
{
    public const string Complaint = "this node is the bad one";

    public FailingNodes()
        : this(new FailingConfig())
    {
    }

    private FailingNodes(FailingConfig config)
        : base(config, typeof(FailingNodes))
    {
    }

    protected override int InitialParticipantsValueFactory => Roles.Count;

    [MultiNodeFact]
    public void One_node_fails()
    {
        EnterBarrier("both are there");
        if (Myself.Name == "bad")
        {
            throw new InvalidOperationException($"{Complaint}, of seed {CommandLine.GetProperty("multinode.seed")}");
        }

        EnterBarrier("where nobody else will come");
    }

    [MultiNodeFact(Timeout = 4000)]
    public void One_node_hangs()
    {
        EnterBarrier("both are there");
        if (Myself.Name == "bad")
        {
            AwaitCondition(() => false, TimeSpan.FromMinutes(10));
        }
    }
}
