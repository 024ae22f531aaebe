namespace ActorEtcd.Client;

/// <summary>A message whose answer a task outside the actors awaits: one that no actor takes must be failed.</summary>
public interface IAwaitedRequest
{
    void Fail(EtcdError error);
}
