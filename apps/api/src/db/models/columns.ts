/** Columns that models share. Functions, because Sequelize modifies the object that describes a column. */

import { DataTypes } from 'sequelize';

export const id = () => ({
  type: DataTypes.UUID,
  primaryKey: true,
  defaultValue: DataTypes.UUIDV4,
});
/** A part of a primary key. */
export const keyPart = () => ({ type: DataTypes.UUID, primaryKey: true });
export const reference = () => ({ type: DataTypes.UUID, allowNull: false });
export const text = () => ({ type: DataTypes.TEXT, allowNull: false });
export const integer = () => ({ type: DataTypes.INTEGER, allowNull: false });
export const time = () => ({ type: DataTypes.DATE, allowNull: false });
