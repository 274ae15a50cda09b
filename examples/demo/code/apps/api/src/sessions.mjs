/** Sessions by id; `makeId` gives an id nobody can guess. */
export class Sessions {
  constructor(makeId) {
    this.makeId = makeId;
    this.byId = new Map();
  }

  /** A session of nobody in particular, as every visitor gets one. */
  begin() {
    const id = this.makeId();
    this.byId.set(id, { user: undefined });
    return id;
  }

  /** Marks the session as this user's, and gives the id to go on with. */
  login(id, user) {
    this.byId.set(id, { user });
    return id;
  }

  userOf(id) {
    return this.byId.get(id)?.user;
  }
}
