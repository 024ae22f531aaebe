using Akka.Actor;
using Akka.Cluster;
using Akka.Util;
using Xunit;

namespace ActorEtcd.Specs.Akka.Cluster.Subset;

public class HeartbeatSenderSpec : ClusterSpecBase
{
    [Fact]
    public void Member_that_never_answers_is_watched_by_the_failure_detector_all_the_same()
    {
        var silent = new UniqueAddress(Self.SelfAddress.WithPort(1), 7);
        var cluster = Self;
        var sender = Sys.ActorOf(Props.Create(() => new ClusterHeartbeatSender(cluster)));

        sender.Tell(new ClusterEvent.MemberUp(Member.Joining(silent, [], AppVersion.Zero).CopyUp(2)));

        // Heartbeats go out more often than the first answer is expected.
        AwaitThat(() => Self.FailureDetector.IsMonitoring(silent.Address), () => "the detector waits for an answer");
        AwaitThat(() => !Self.FailureDetector.IsAvailable(silent.Address), () => "the detector misses the answer");
    }
}
