using Akka.Actor;
namespace ActorEtcd.Store;
internal sealed class SegmentActor : UntypedActor { public static Props Props(ISegmentStorage s) => Akka.Actor.Props.Create(() => new SegmentActor()); protected override void OnReceive(object m) { } public SegmentActor() { } }
