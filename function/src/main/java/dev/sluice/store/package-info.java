/// What outlives a process, in SQL: in an embedded SQLite file, or in a PostgreSQL that replicas
/// share.
@NullMarked
package dev.sluice.store;

import org.jspecify.annotations.NullMarked;
