namespace ActorEtcd.Persistence.Journal;

/// <summary>Receives the records of a log in the order in which they were appended.</summary>
public delegate void WalRecordHandler(in WalRecord record);
