namespace ActorEtcd.Store;

/// <summary>Takes keys in order.</summary>
internal interface IKeyVisitor
{
    /// <summary>Returns false to see no more.</summary>
    bool Visit(Bytes key, RevisionNode head);
}
